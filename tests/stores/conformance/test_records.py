"""Audit records, in the index beside the files and in the store that machines share.

The files refuse a second writer, the store a chain that was written anew: each of those is tested where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Thread

import pytest

from gateway.audit.entries import Term
from gateway.audit.verification import Line, verify
from gateway.audit.words import plain
from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores.audit_files import files_of, lines_of
from tests.audit.records import denied, ended, trail_of

from .trails import Trail

FOUND: dict[Term, list[str]] = {
    ("id", "req-2"): ["req-2"],
    ("id", "req-9"): [],
    ("principal", "alice"): ["req-1", "req-2"],
    ("principal", "carol"): ["req-3"],
    ("principal", "AK1"): ["req-4"],
    ("operation", "cinder_create_volume"): ["req-2"],
    ("status", "403"): ["req-2"],
    ("status", "200"): ["req-1", "req-3", "req-4"],
    ("decision", "deny"): ["req-2"],
    ("stage", "complete"): ["req-1", "req-2", "req-3", "req-4"],
    ("chain", "gw-0"): ["req-1", "req-2", "req-3", "req-4"],
}


def written(
    trail: Trail, records: Iterable[JsonObject], chain: str = "gw-0", rotate_bytes: int = 1 << 30
) -> list[bytes]:
    """Write records behind those of a chain, and return all of its lines."""
    trail_of(trail.folder, records, chain, rotate_bytes)
    return [line.text for line in lines_of(files_of(trail.folder, chain))]


def is_whole(chain: str, lines: Iterable[bytes]) -> bool:
    return verify(chain, (Line("there", line) for line in lines)).is_whole


def test_records_are_there_byte_by_byte_in_the_order_of_their_chain_and_verify(trail: Trail) -> None:
    """Their times say another order, and another day."""
    at = (5, -86_400_000, 3, 3)
    lines = written(trail, (ended(number, ts_ms=1_764_000_000_000 + ms) for number, ms in enumerate(at)))
    trail.bring()
    assert trail.lines("gw-0") == lines
    assert is_whole("gw-0", lines)


def test_brought_again_nothing_is_there_twice(trail: Trail) -> None:
    written(trail, map(ended, range(3)))
    for _ in range(2):
        trail.bring()
    lines = written(trail, map(ended, range(3, 6)))
    for _ in range(2):
        trail.bring()
    assert trail.lines("gw-0") == lines
    assert trail.found("id", "req-1") == ["req-1"]


def test_several_that_bring_at_once_bring_it_once(trail: Trail) -> None:
    lines = written(trail, map(ended, range(300)), rotate_bytes=50_000)
    threads = [Thread(target=trail.bring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trail.lines("gw-0") == lines


def test_brought_while_it_is_written_it_is_whole_as_far_as_it_goes(trail: Trail) -> None:
    def write() -> None:
        for first in range(0, 300, 10):
            written(trail, map(ended, range(first, first + 10)), rotate_bytes=20_000)

    writing = Thread(target=write)
    writing.start()
    lengths = []
    while writing.is_alive():
        trail.bring()
        lines = trail.lines("gw-0")
        lengths.append(len(lines))
        assert is_whole("gw-0", lines)
    writing.join()
    trail.bring()
    assert lengths == sorted(lengths)
    assert trail.lines("gw-0") == [line.text for line in lines_of(files_of(trail.folder, "gw-0"))]


def test_a_line_that_is_not_whole_yet_is_taken_when_it_is(trail: Trail) -> None:
    lines = written(trail, map(ended, (1, 2)))
    (path,) = files_of(trail.folder, "gw-0")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    trail.bring()
    assert trail.lines("gw-0") == lines[:1]
    path.write_bytes(whole)
    trail.bring()
    assert trail.lines("gw-0") == lines


def test_chains_are_apart(trail: Trail) -> None:
    lines = {chain: written(trail, [ended(1), ended(number)], chain) for number, chain in ((2, "gw-0"), (3, "gw-1"))}
    trail.bring()
    assert {chain: trail.lines(chain) for chain in (*lines, "gw-2")} == {**lines, "gw-2": []}


def test_words_of_any_kind_and_length(trail: Trail) -> None:
    """As the gateway lets them into a record."""
    words = plain("a\x00\t\\N\u2028\ud800é\U0001f4be'\"" + "x" * 5000, 4000)
    lines = written(trail, [ended(1, who={"user_name": words}, what={"target": words}, id=words), ended(2)])
    trail.bring()
    assert trail.lines("gw-0") == lines
    assert trail.found("principal", words) == [words]


def test_a_large_record(trail: Trail) -> None:
    lines = written(trail, [ended(1, body={"level": "full", "response": "é" * 1_000_000}), ended(2)])
    trail.bring()
    assert trail.lines("gw-0") == lines


def test_a_chain_that_was_written_anew_is_never_taken_for_the_one_that_was_there(trail: Trail) -> None:
    written(trail, map(ended, range(5)))
    trail.bring()
    (path,) = files_of(trail.folder, "gw-0")
    path.unlink()
    written(trail, (ended(number, scope="another") for number in range(9)))
    with pytest.raises(StoreError, match="gw-0"):
        look_again(trail)


def look_again(trail: Trail) -> None:
    trail.bring()
    trail.lines("gw-0")


def test_records_are_found_by_what_they_say(trail: Trail) -> None:
    nameless = {"user_name": None, "user_id": None}
    callers = ({**nameless, "dev": "carol"}, {**nameless, "ak": "AK1"})
    written(trail, [ended(1), denied(2), *(ended(number, who=who) for number, who in enumerate(callers, 3))])
    trail.bring()
    assert {term: trail.found(*term) for term in FOUND} == FOUND

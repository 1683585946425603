"""Every kind of tampering is found, and located."""

from __future__ import annotations

import orjson
import pytest

from gateway.audit.chain import START, Head, linked
from gateway.audit.verification import FaultKind, first_head, verify
from tests.audit.trails import CHAIN, OTHER_SIGNER, SIGNER, placed, trail


def faults(lines, outside=(), public=None, start=START):
    verdict = verify(CHAIN, placed(lines), outside, public, start)
    return [(fault.kind, fault.place, fault.seq) for fault in verdict.faults]


def test_a_whole_trail_is_whole_and_says_how_far_others_speak_for_it() -> None:
    lines, anchors = trail(7, anchored=[5])
    verdict = verify(CHAIN, placed(lines), anchors, SIGNER.public)
    assert (verdict.is_whole, verdict.records, verdict.head.seq, verdict.anchored) == (True, 8, 8, 5)


def test_an_empty_trail_is_whole() -> None:
    assert verify(CHAIN, []).is_whole


def test_a_changed_byte_is_found_where_it_is() -> None:
    lines, _ = trail(5)
    lines[2] = lines[2].replace(b"req-2", b"req-7")
    assert faults(lines) == [(FaultKind.CHANGED, "trail:3", 3)]


@pytest.mark.parametrize("number", [b"123456789012345678901234567890", b"1152921504606846976", b"1.0"])
def test_a_number_of_another_spelling_is_a_change(number: bytes) -> None:
    lines, _ = trail(3)
    lines[1] = lines[1].replace(b'"v":1', b'"v":' + number)
    assert faults(lines) == [(FaultKind.CHANGED, "trail:2", 2)]


def test_a_changed_record_with_a_fitting_hash_does_not_fit_the_next() -> None:
    lines, _ = trail(5)
    before = Head(2, orjson.loads(lines[1])["hash"])
    lines[2] = linked(CHAIN, before, {"stage": "complete", "id": "another"}).line
    assert faults(lines) == [(FaultKind.FORKED, "trail:4", 4)]


def test_deleted_records_are_missed_where_they_stood() -> None:
    lines, _ = trail(6)
    assert faults([lines[0], lines[3], lines[5]]) == [
        (FaultKind.MISSING, "trail:2", 2),
        (FaultKind.MISSING, "trail:3", 5),
    ]


def test_swapped_records_are_told_from_deleted_ones() -> None:
    lines, _ = trail(4)
    lines[1], lines[2] = lines[2], lines[1]
    assert faults(lines) == [(FaultKind.MOVED, "trail:3", 2)]


def test_a_repeated_record_is_found() -> None:
    lines, _ = trail(3)
    assert faults([*lines, lines[0]]) == [(FaultKind.REPEATED, "trail:4", 1)]


def test_two_records_of_one_number_are_a_fork() -> None:
    lines, _ = trail(3)
    other = linked(CHAIN, Head(2, orjson.loads(lines[1])["hash"]), {"stage": "complete", "id": "another"}).line
    assert faults([*lines, other]) == [(FaultKind.FORKED, "trail:4", 3)]


def test_a_cut_tail_shows_by_an_anchor_kept_outside_only() -> None:
    lines, anchors = trail(6, anchored=[6])
    assert faults(lines[:4]) == []
    assert faults(lines[:4], anchors) == [(FaultKind.CUT, "trail:4", 6)]


def test_a_trail_written_anew_shows_by_an_anchor_kept_outside() -> None:
    _, anchors = trail(4, anchored=[3])
    head, forged = Head(), []
    for number in range(4):
        link = linked(CHAIN, head, {"stage": "complete", "id": f"forged-{number}"})
        head = link.head
        forged.append(link.line)
    assert faults(forged, anchors) == [(FaultKind.FORKED, "trail:3", 3)]


def test_an_anchor_of_a_wrong_key_is_told_apart() -> None:
    lines, anchors = trail(3, OTHER_SIGNER, anchored=[2])
    assert faults(lines, anchors, SIGNER.public) == [
        (FaultKind.UNSIGNED, "trail:3", 2),
        (FaultKind.UNSIGNED, "an anchor kept outside", 2),
    ]


def test_an_anchor_inside_must_speak_of_the_record_before_it() -> None:
    lines, anchors = trail(2, anchored=[2])
    head = Head(2, orjson.loads(lines[1])["hash"])
    wrong = {**anchors[0].as_json(), "seq": 1}
    lines[2] = linked(CHAIN, head, {"stage": "anchor", "anchor": wrong}).line
    assert faults(lines) == [(FaultKind.FORKED, "trail:3", 3)]
    lines[2] = linked(CHAIN, head, {"stage": "anchor", "anchor": {}}).line
    assert faults(lines) == [(FaultKind.UNSIGNED, "trail:3", 3)]


def test_a_record_of_another_chain_is_foreign() -> None:
    lines, _ = trail(2)
    alien = linked("gw-2", Head(2, orjson.loads(lines[1])["hash"]), {"stage": "complete"}).line
    assert faults([*lines, alien]) == [(FaultKind.FOREIGN, "trail:3", 3)]


@pytest.mark.parametrize("line", [b"no json", b"[]", b'{"seq": "1"}'])
def test_what_is_no_record_is_unreadable(line: bytes) -> None:
    assert faults([line]) == [(FaultKind.UNREADABLE, "trail:1", 0)]


def test_a_trail_whose_older_files_are_gone_begins_behind_its_first_record() -> None:
    lines, _ = trail(6)
    start = first_head(orjson.loads(lines[3]))
    assert faults(lines[3:], start=start) == []
    assert start.seq == 3
    assert first_head({}) == Head()


def test_the_same_values_in_other_bytes_are_a_change() -> None:
    lines, _ = trail(3)
    lines[0] = lines[0].replace(b'"v":1', b'"v": 1')
    lines[2] = b'{"id":"shown to whoever reads",' + lines[2][1:]
    assert faults(lines) == [(FaultKind.CHANGED, "trail:1", 1), (FaultKind.CHANGED, "trail:3", 3)]


def test_a_record_deep_as_a_well_is_unreadable() -> None:
    assert faults([b'{"a":' * 5000 + b"1" + b"}" * 5000]) == [(FaultKind.UNREADABLE, "trail:1", 0)]


def test_a_leap_of_a_million_millions_is_one_run() -> None:
    lines, _ = trail(1)
    leap = linked(CHAIN, Head(10**12, "0" * 64), {"stage": "complete"}).line
    assert faults([*lines, leap]) == [(FaultKind.MISSING, "trail:2", 2)]


def test_a_record_moved_out_of_a_deleted_run_is_told_from_what_is_gone() -> None:
    lines, _ = trail(6)
    assert faults([lines[0], lines[5], lines[2]]) == [
        (FaultKind.MOVED, "trail:3", 3),
        (FaultKind.MISSING, "trail:2", 2),
        (FaultKind.MISSING, "trail:2", 4),
    ]

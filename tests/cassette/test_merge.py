"""Two recordings made one: nothing twice, nothing lost, no two things under one name."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.cassette.merge import merged
from gateway.cassette.text import from_files, to_files
from gateway.http.messages import Request, Response
from tests.cassette.test_diff import ID, P, lives, show
from tests.cassette.test_text import EXCHANGES


def on(connection: str, exchanges: list[Exchange], later_s: float = 0) -> list[Exchange]:
    return [
        replace(
            each,
            request=replace(each.request, connection=connection),
            started_at=each.started_at + later_s,
            completed_at=each.completed_at + later_s,
            seq=seq,
        )
        for seq, each in enumerate(exchanges, 1)
    ]


def targets(exchanges: list[Exchange]) -> list[tuple[str, str]]:
    return [(each.connection, each.request.target.decode().partition("/volumes")[2]) for each in exchanges]


FIRST = on("x", lives(show(1)))
SECOND = on("x", lives(show(2)), 10)


def test_a_recording_merged_with_itself_is_itself() -> None:
    assert merged(FIRST, FIRST) == FIRST
    assert merged(FIRST, []) == merged([], FIRST) == FIRST


def test_merging_again_changes_nothing() -> None:
    both = merged(FIRST, SECOND)
    assert len(both) == 4
    assert merged(both, SECOND) == merged(both, FIRST) == both


def test_exchanges_stand_in_the_order_of_their_start() -> None:
    assert [each.started_at for each in merged(SECOND, FIRST)] == [0.0, 1.0, 10.0, 11.0]
    assert [each.seq for each in merged(SECOND, FIRST)] == [1, 2, 3, 4]


def test_clients_of_two_recordings_stay_apart() -> None:
    assert [connection for connection, _ in targets(merged(FIRST, SECOND))] == ["x", "x", "c1", "c1"]
    assert [each.connection for each in merged(FIRST, on("y", SECOND))] == ["x", "x", "y", "y"]


def test_aliases_of_two_recordings_stay_apart_and_projects_together() -> None:
    both = merged(aliased(FIRST), aliased(SECOND))
    assert targets(both) == [("x", ""), ("x", "/<volume:1>"), ("c1", ""), ("c1", "/<volume:2>")]
    assert {each.request.target.split(b"/")[2] for each in both} == {b"<project:1>"}
    assert merged(both, aliased(SECOND)) == both
    assert merged(both, aliased(FIRST)) == both


def test_a_shared_exchange_says_what_an_alias_is() -> None:
    answer = Response(202, (), b'{"volume": {"id": "%s3"}}' % ID.encode())
    other = Exchange("undocumented", Request("POST", f"/v2/{P}/cloudvolumes".encode()), answer, 0.0, 0.5)
    longer = aliased(on("y", [other, *lives(show(1)), show(1, 5.0)]))
    both = merged(aliased(FIRST), longer)
    assert targets(both) == [("x", ""), ("x", ""), ("x", "/<volume:1>"), ("x", "/<volume:1>")]
    assert both[1].response.body == b'{"volume": {"id": "<volume:2>"}}'
    assert merged(both, longer) == both


def test_a_text_form_and_what_it_was_made_from_are_the_same() -> None:
    recorded = on("x", lives(show(1)), 1_700_000_000.4)
    text = from_files(to_files(recorded, "one"))
    assert len(merged(text, recorded)) == len(recorded)
    assert merged(text, recorded) == text


def test_a_length_follows_a_longer_alias() -> None:
    many = [replace(show(1), request=Request("GET", f"/v2/p/volumes/<volume:{n}>".encode())) for n in range(1, 10)]
    other = Exchange(
        "x", Request("GET", b"/v9"), Response(200, ((b"content-length", b"10"),), b"<volume:1>"), 50.0, 51.0
    )
    found = merged(many, [other])[-1]
    assert found.response == Response(200, ((b"content-length", b"11"),), b"<volume:11>")


def at_whole_times(exchanges: list[Exchange]) -> list[Exchange]:
    return [replace(each, started_at=1e9 + n * 5, completed_at=1e9 + n * 5 + 1) for n, each in enumerate(exchanges)]


@given(st.lists(EXCHANGES, max_size=3).map(at_whole_times), st.lists(EXCHANGES, max_size=3).map(at_whole_times))
def test_any_two_recordings_merge_to_a_whole_that_stays(first: list[Exchange], second: list[Exchange]) -> None:
    both = merged(first, second)
    assert max(len(first), len(second)) <= len(both) <= len(first) + len(second)
    assert merged(both, second) == merged(both, first) == merged(both, both) == both

"""Repeated requests in the text form: a handful of files, and the same recording again."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.exchange import Exchange
from gateway.cassette.text import HEADER_FILE, from_files, to_files
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response
from tests.cassette.recordings import Client, Recorder, Script, cloud, recorded, replayed

ID = "0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b01"
HOUR = 3600


def poll(at: float, status: str = "creating", connection: str = "a", **more: str) -> Exchange:
    body = json.dumps({"volume": {"id": ID, "status": status, **more}}).encode()
    heads = ((b"date", str(at).encode()), (b"x-request-id", str(at).encode()))
    request = Request("GET", f"/v2/p/volumes/{ID}".encode(), connection=connection)
    return Exchange("cinder_show_volume", request, Response(200, heads, body), at, at + 0.25)


def write(at: float, status: int = 202, took_s: float = 0.25) -> Exchange:
    request = Request("POST", b"/v2/p/volumes", (), b"{}", connection="w")
    return Exchange("cinder_create_volume", request, Response(status), at, at + took_s)


def exchange_files(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if name != HEADER_FILE]


def again(files: dict[str, bytes]) -> dict[str, bytes]:
    return to_files(from_files(files), json.loads(files[HEADER_FILE])["name"])


def test_an_hour_of_polls_is_a_small_file() -> None:
    files = to_files([poll(float(second)) for second in range(HOUR)], "hour")
    assert exchange_files(files) == ["0010-cinder-show-volume.json"]
    assert sum(map(len, files.values())) < 2_000
    assert [(each.started_at, each.completed_at, each.seq) for each in from_files(files)] == [
        (float(second), second + 0.25, second + 1) for second in range(HOUR)
    ]
    assert again(files) == files


def test_an_hour_of_polls_on_a_connection_each_is_a_small_file_too() -> None:
    files = to_files([poll(float(second), connection=f"port {second}") for second in range(HOUR)], "hour")
    assert sum(map(len, files.values())) < 2_000
    assert [each.connection for each in from_files(files)] == [f"c{number}" for number in range(1, HOUR + 1)]
    assert again(files) == files


def test_a_job_of_41_polls_is_a_handful_of_files() -> None:
    polls = [*(poll(1.0 + n) for n in range(30)), *(poll(31.0 + n, "downloading") for n in range(10))]
    files = to_files([write(0.0), *polls, poll(41.0, "available")], "job")
    assert exchange_files(files) == ["0010-cinder-create-volume.json", "0020-cinder-show-volume.json"]
    segments = json.loads(files["0020-cinder-show-volume.json"])["segments"]
    assert [each.get("count", 1) for each in segments] == [30, 10, 1]
    assert json.loads(files[HEADER_FILE])["counts"]["segments"] == 4


def test_what_changes_by_itself_is_no_difference() -> None:
    polls = [poll(float(n), updated_at=f"2020-01-0{n}T00:00:00", request_id=f"req-{n}") for n in range(1, 4)]
    (_, name) = files = to_files(polls, "one")
    assert [each.response.body for each in from_files(files)] == [from_files(files)[0].response.body] * 3
    assert json.loads(files[name])["segments"][0]["count"] == 3


@pytest.mark.parametrize(
    ("between", "is_apart"),
    [
        ([write(1.5)], True),
        ([write(1.5, took_s=9.0)], True),
        ([write(0.5, took_s=1.0)], True),
        ([write(1.5, status=409)], False),
        ([poll(1.5, connection="b"), poll(1.6, connection="b")], False),
    ],
)
def test_a_write_that_was_carried_out_ends_a_series(between: list[Exchange], is_apart: bool) -> None:
    files = to_files([poll(1.0), *between, poll(2.0)], "one")
    polls = [json.loads(files[name]) for name in exchange_files(files) if "show" in name]
    assert any("segments" not in each for each in polls) == is_apart
    assert again(files) == files


def test_clients_that_poll_together_come_back_as_they_were() -> None:
    both = [poll(n + shift, connection=name) for n in range(9) for shift, name in ((0.0, "a"), (0.5, "b"))]
    files = to_files(both, "two")
    assert len(exchange_files(files)) == 2
    assert [each.connection for each in from_files(files)] == ["c1", "c2"] * 9


def test_what_was_recorded_later_by_an_earlier_clock_stays_behind() -> None:
    files = to_files([poll(100.0), poll(101.0), poll(50.0, "error"), poll(51.0, "error")], "two")
    assert [b"error" in each.response.body for each in from_files(files)] == [False, False, True, True]
    assert [json.loads(files[name]).get("part") for name in exchange_files(files)] == [None, 2]
    assert again(files) == files


def _altered(old: bytes, new: bytes) -> dict[str, bytes]:
    files = to_files([poll(float(n), connection=f"port {n}") for n in range(3)], "one")
    name = exchange_files(files)[0]
    assert old in files[name]
    return {**files, name: files[name].replace(old, new)}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (_altered(b'"c1..c3"', b'"c1..c4"'), "segments.0.connection: c1..c4 is not 3 connections"),
        (_altered(b'"count": 3', b'"count": 1'), "segments.0: Value error, expected first and last for a count above"),
        (_altered(b'"count": 3', b'"count": 0'), "segments.0.count: Input should be greater than or equal to 1"),
    ],
)
def test_a_segment_that_does_not_add_up_is_named(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(CassetteError) as caught:
        from_files(files)
    assert str(caught.value).startswith(f"0010-cinder-show-volume.json: {message}")


@st.composite
def recordings(draw: st.DrawFn) -> list[Exchange]:
    """Polls and writes of several clients, at any time and of any length."""
    kinds = st.sampled_from(["creating", "available", "write", "refused"])
    steps = st.tuples(kinds, st.integers(0, 40), st.integers(0, 30), st.sampled_from("abcdefgh"))
    found = []
    for kind, at, took, name in draw(st.lists(steps, max_size=14)):
        made = (
            poll(at / 4, kind) if kind in ("creating", "available") else write(at / 4, 202 if kind == "write" else 409)
        )
        request = replace(made.request, connection=name)
        found.append(replace(made, request=request, completed_at=made.started_at + took / 8))
    return found


@given(recordings())
@settings(max_examples=200, deadline=None)
def test_export_import_export_is_byte_identical_whatever_overlaps(recording: list[Exchange]) -> None:
    files = to_files(recording, "any")
    assert again(files) == files
    assert len(from_files(files)) == len(recording)


def _life(client: Client) -> None:
    disk = client.create()
    client.until(f"/v2/{{p}}/volumes/{disk}", "available")
    for _ in range(5):
        assert client("GET", f"/v2/{{p}}/volumes/{disk}").status == 200
    client("POST", f"/v2/{{p}}/volumes/{disk}/action", {"os-extend": {"new_size": 20}})
    client.until(f"/v2/{{p}}/volumes/{disk}", "available")
    assert client("GET", "/v2/{p}/volumes/detail").status == 200
    client("DELETE", f"/v2/{{p}}/volumes/{disk}")
    client.until(f"/v2/{{p}}/volumes/{disk}", 404)


def test_a_recording_that_went_through_text_replays_alike() -> None:
    original = recorded(_life)
    through_text = from_files(to_files(original, "life"))
    assert len(to_files(original, "life")) < len(original) + 1

    def told(exchanges: list[Exchange]) -> list[tuple[int, bytes]]:
        hits = replayed(exchanges, _life).hits
        return [(hit.response.status, hit.response.body[:60]) for hit in hits]

    assert [status for status, _ in told(through_text)] == [status for status, _ in told(original)]


def _recording_of(changed: Callable[[Response], Response]) -> dict[str, bytes]:
    answer = cloud()
    recorder = Recorder(lambda request, at: changed(answer(request, at)))
    _life(Client(recorder.answer))
    return to_files(recorder.exchanges, "life")


def _diff(one: dict[str, bytes], other: dict[str, bytes]) -> Iterable[str]:
    for name in sorted({*one, *other}):
        pair = (files.get(name, b"").decode().splitlines() for files in (one, other))
        yield from (
            line for line in difflib.unified_diff(*pair, n=0) if line[:1] in "+-" and line[:3] not in ("+++", "---")
        )


def test_a_field_that_the_service_changed_is_a_line() -> None:
    def renamed(response: Response) -> Response:
        return response.with_body(
            response.body.replace(b'"size": 20', b'"size": 21').replace(b'"size":20', b'"size":21')
        )

    before, after = _recording_of(lambda response: response), _recording_of(renamed)
    assert before == _recording_of(lambda response: response)
    lines = list(_diff(before, after))
    assert {line.strip("+- ,") for line in lines} == {'"size": 20', '"size": 21'}


def test_a_script_of_polls_that_is_one_field_apart_is_one_line_apart() -> None:
    def played(zone: bytes) -> dict[str, bytes]:
        answers = [Response(200, (), b'{"volume": {"status": "available", "zone": "%s"}}' % zone)] * 5
        recorder = Recorder(Script(answers))
        for _ in range(5):
            Client(recorder.answer)("GET", f"/v2/{{p}}/volumes/{ID}")
        return to_files(recorder.exchanges, "one")

    assert [line.replace(" ", "") for line in _diff(played(b"az-1"), played(b"az-2"))] == [
        '-"zone":"az-1"',
        '+"zone":"az-2"',
    ]

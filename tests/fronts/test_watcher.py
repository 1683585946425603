"""What is said about answers after they went out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from gateway.fronts import watcher
from gateway.fronts.watcher import FIRST, WAITING, Watcher
from gateway.http.messages import Response
from gateway.modes import PASSTHROUGH
from gateway.pipeline import Rules
from gateway.seams import Reply
from tests.test_pipeline import SHOW, TOKEN, answer, ask, forwarded, pipeline, volume

CORE = pipeline(Rules(PASSTHROUGH))
FORWARD = forwarded(CORE.on_request(ask("GET", SHOW), 1.0))
OUTCOME = answer(200, volume())
REPLY = CORE.on_outcome(FORWARD, OUTCOME, 1.1)


def fields(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [record.fields for record in caplog.records if hasattr(record, "fields")]


def watch(*answers: tuple[str, Reply, Response | None]) -> Watcher:
    async def run() -> Watcher:
        watching = Watcher(CORE.scrub)
        for each in answers:
            watching.answered(*each)
        while watching._waiting:
            await asyncio.sleep(0)
        return watching

    return asyncio.run(run())


def test_an_ordinary_answer_of_our_own_is_not_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    watch(("r1", replace(REPLY, remarks=()), None))
    assert caplog.records == []


def test_a_refusal_is_told_with_operation_path_and_remarks(caplog: pytest.LogCaptureFixture) -> None:
    refused = CORE.on_request(ask("GET", f"/v2/{SHOW.split('/')[2]}/volumes?limit=0&secret=s"), 1.0)
    assert isinstance(refused, Reply)
    watch(("r1", refused, None))
    (line,) = fields(caplog)
    assert (line["request_id"], line["status"], line["operation"], line["method"]) == (
        "r1",
        400,
        "cinder_list_volumes",
        "GET",
    )
    assert line["path"] == f"/v2/{SHOW.split('/')[2]}/volumes"
    assert "invalid" in line["remarks"]


def test_what_was_not_admitted_or_is_undocumented_shows_no_path(caplog: pytest.LogCaptureFixture) -> None:
    inadmissible = CORE.on_request(ask("GET", "/v2/../x"), 1.0)
    assert isinstance(inadmissible, Reply)
    opaque = forwarded(CORE.on_request(ask("GET", "/v5/anything/may/stand/here"), 1.0))
    failed = replace(CORE.on_outcome(opaque, Response(200), 1.1), remarks=("x",))
    watch(("r1", inadmissible, None), ("r2", failed, Response(200)))
    assert [line["path"] for line in fields(caplog)] == [None, None]


def test_remarks_and_paths_are_scrubbed(caplog: pytest.LogCaptureFixture) -> None:
    watching = Watcher(lambda text: text.replace(TOKEN, b"-"))
    watching.answered("r", replace(REPLY, remarks=(TOKEN.decode(),)), None)
    assert TOKEN.decode() not in json.dumps(fields(caplog))


def test_a_difference_to_the_documented_answer_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    odd = answer(200, {"volume": {"id": 7}})
    watch(("r1", REPLY, odd), ("r2", REPLY, odd), ("r3", REPLY, odd))
    told = fields(caplog)
    assert len(told) == len({(str(line["rule"]), str(line["where"])) for line in told}) > 0
    assert {line["operation"] for line in told} == {"cinder_show_volume"}


def compared(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, Reply, Response | None]) -> int:
    """Return how many of these answers were compared."""
    seen: list[Response] = []
    monkeypatch.setattr(watcher, "compare", lambda _, response: seen.append(response) or ())
    watch(*answers)
    return len(seen)


def test_of_many_equal_calls_only_the_first_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compared(monkeypatch, *[("r", REPLY, OUTCOME)] * (FIRST + 30)) == FIRST


def test_after_a_pause_one_is_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "PAUSE_S", 0.0)
    assert compared(monkeypatch, *[("r", REPLY, OUTCOME)] * (FIRST + 3)) == FIRST + 3


def test_a_flood_waits_in_a_bounded_line(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [("r", REPLY, replace(OUTCOME, status=status)) for status in range(200, 200 + WAITING + 5)]
    assert compared(monkeypatch, *kinds) == WAITING

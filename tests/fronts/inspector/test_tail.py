"""`/inspector/tail` over HTTP, and a gateway that stops while somebody follows."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from gateway.fronts.inspector import hub
from tests.audit.records import ended
from tests.fronts.inspector.visiting import HOME, LOOPBACK, Looked, looking


async def heard(looked: Looked, path: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    """Return what somebody hears first; then the hub stops."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.ASGITransport(looked.app, client=LOOPBACK)
    looked.page.hub.stop()
    async with httpx.AsyncClient(transport=transport) as http:
        answer = await http.get(HOME + path, headers=said)
    return answer.headers, answer.content


def test_events_go_out_as_they_are(tmp_path: Path) -> None:
    with looking(tmp_path, [ended(1), ended(2)]) as looked:
        headers, body = asyncio.run(heard(looked, "/inspector/tail?after=gw-1:1"))
    assert headers["content-type"].startswith("text/event-stream")
    assert (headers["x-accel-buffering"], headers["cache-control"]) == ("no", "no-store")
    assert body.startswith(b"retry: 2000\n\nevent: record\nid: gw-1:2\ndata: {")


def test_whoever_comes_back_is_known_by_the_last_event(tmp_path: Path) -> None:
    with looking(tmp_path, [ended(number) for number in (1, 2, 3)]) as looked:
        _, body = asyncio.run(heard(looked, "/inspector/tail?after=gw-1:1", last_event_id="gw-1:2"))
    assert [json.loads(line[6:])["seq"] for line in body.split(b"\n") if line.startswith(b"data: ")] == ["gw-1:3"]


def test_the_filters_of_the_list_hold(tmp_path: Path) -> None:
    with looking(tmp_path, [ended(1), ended(2)]) as looked:
        _, body = asyncio.run(heard(looked, "/inspector/tail?after=gw-1:0&status=403"))
    assert body == b"retry: 2000\n\n"


@pytest.mark.parametrize("query", ["after=nowhere", "from=nothing"])
def test_an_address_that_says_no_place_is_told(tmp_path: Path, query: str) -> None:
    with looking(tmp_path, [ended()]) as looked:
        assert looked.get(f"/inspector/tail?{query}").status_code == 400


def test_when_no_more_may_follow_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.Hub, "is_full", property(lambda _: True))
    with looking(tmp_path, [ended()]) as looked:
        answer = looked.get("/inspector/tail")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_a_gateway_stops_at_once_while_somebody_follows(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "gateway", "serve", "--mode", "simulate", "--data", str(tmp_path)]
    listen = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
    log = (tmp_path / "log").open("wb")
    with log, subprocess.Popen([*words, *listen], stdout=subprocess.PIPE, stderr=log, cwd=tmp_path) as process:
        assert process.stdout is not None
        try:
            admin = json.loads(process.stdout.readline())["admin"]
            with (
                httpx.Client(trust_env=False, timeout=30) as http,
                http.stream("GET", f"{admin}/inspector/tail") as answer,
            ):
                events = answer.iter_bytes()
                assert next(events) == b"retry: 2000\n\n"
                os.kill(process.pid, signal.SIGTERM)
                list(events)
            assert process.wait(30) == 0
        finally:
            process.kill()

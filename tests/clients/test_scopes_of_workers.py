"""Scopes that several processes replay together: begun anew in all of them, and told of when all have ended."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from .harness import END_S, gateway

CASSETTE = Path(__file__).parents[2] / "cassettes" / "first-session.cassette"
PROJECT = "e57e57e57e57e57e57e57e57e57e57e5"


def ask(url: str, method: str = "GET", path: str = "/", body: Any = None) -> tuple[int, Any]:
    """Ask on a connection of its own: any worker may answer."""
    sent = None if body is None else json.dumps(body)
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=20)) as connection:
        connection.request(method, path, sent, {"X-Auth-Token": "t", "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_what_is_asked_of_any_worker_is_one_scope(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    more = ("--workers", "2", "--scopes", "2", "--report", str(report), "--require-all-used")
    with gateway(tmp_path, "replay", CASSETTE, None, *more) as server:
        admin, scopes = server.ready["admin"], server.ready["scopes"]
        assert [ask(scopes["1"])[0] for _ in range(20)] == [300] * 20
        assert ask(scopes["2"], path=f"/v2/{PROJECT}/none")[0] == 424
        assert ask(admin, path="/scopes/1")[1]["hits"] == 20
        assert ask(admin, "POST", "/scopes/1/reset")[1]["hits"] == 20
        assert [ask(scopes["1"])[0] for _ in range(10)] == [300] * 10
        assert ask(admin, path="/scopes/1")[1]["hits"] == 10
        assert ask(admin, "POST", "/scopes", {})[0] == 409
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(END_S) == 4
    told = json.loads(report.read_text())
    assert [(scope["name"], scope["hits"], scope["miss_count"]) for scope in told["scopes"]] == [
        ("1", 10, 0),
        ("2", 0, 1),
    ]
    assert (told["all"]["hits"], told["all"]["used"], told["all"]["miss_count"]) == (30, [[1, 1]], 1)
    assert "evs-gateway: not all was used" in server.stderr.read_text()

"""`scope` against a gateway that runs, and what that gateway says when it ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.scope import command
from gateway.errors import RunError
from tests.clients.harness import END_S, Server, dead_address, gateway

CASSETTE = Path(__file__).parents[2] / "cassettes" / "first-session.cassette"


@pytest.fixture(scope="module")
def replaying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("replaying")
    more = ("--scopes", "1", "--require-all-used", "--report", str(folder / "report.json"))
    with gateway(folder, "replay", CASSETTE, None, *more) as server:
        yield server
        assert server.process.poll() is not None, "the last test here ends it"


def run(server: Server, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--admin", server.ready["admin"]])


def said(server: Server, *arguments: str) -> str:
    result = run(server, *arguments)
    assert result.exit_code == 0, result
    return result.output


def told(server: Server, *arguments: str) -> Any:
    return json.loads(said(server, *arguments, "--json"))


def versions(url: str) -> int:
    """Ask for what the cassette holds first, and return the status."""
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=20)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().status


def test_listeners_from_the_start_are_listed(replaying: Server) -> None:
    url = replaying.ready["scopes"]["1"]
    assert said(replaying, "list") == f"1 {url}\n"
    assert told(replaying, "list") == [{"name": "1", "url": url}]


def test_a_listener_is_opened_reported_and_closed(replaying: Server) -> None:
    url = said(replaying, "open", "mine", "--listen", "127.0.0.1:0").strip()
    assert versions(url) == 300
    assert said(replaying, "report", "mine").splitlines()[0] == "scope mine: 1 hits, 0 of them approximate; 0 misses"
    assert told(replaying, "rewind", "mine")["hits"] == 1
    assert told(replaying, "reset", "mine")["used"] == [[1, 1]]
    assert told(replaying, "close", "mine")["hits"] == 0
    with pytest.raises(OSError, match="refused"):
        versions(url)
    assert told(replaying, "open").keys() == {"name", "url"}


def test_what_was_not_done_is_said_in_the_gateways_words(replaying: Server) -> None:
    refused = run(replaying, "close", "1")
    assert isinstance(refused.exception, RunError)
    assert "is there from the start and stays" in str(refused.exception)


def test_a_gateway_that_is_not_there_is_named() -> None:
    refused = CliRunner().invoke(command, ["list", "--admin", dead_address()])
    assert isinstance(refused.exception, RunError)
    assert "/scopes: no gateway answers there" in str(refused.exception)


def test_the_end_tells_of_every_scope_and_of_what_nobody_used(replaying: Server) -> None:
    assert versions(replaying.ready["scopes"]["1"]) == 300
    replaying.process.send_signal(signal.SIGTERM)
    assert replaying.process.wait(END_S) == 4
    report = json.loads((replaying.stdout.parent / "report.json").read_text())
    assert (report["cassette"], report["exchanges"], report["all"]["used"]) == (str(CASSETTE), 48, [[1, 1]])
    assert [(scope["name"], scope["hits"], scope["used"]) for scope in report["scopes"]] == [
        ("mine", 1, [[1, 1]]),
        ("1", 1, [[1, 1]]),
    ]
    lines = replaying.stderr.read_text().splitlines()
    ended = [json.loads(line) for line in lines if '"scope ended"' in line]
    assert [(line["scope"], line["used"], line["unused"]) for line in ended] == [("mine", 1, 47), ("1", 1, 47)]
    words = lines.index("evs-gateway: not all was used")
    assert lines[words + 1 : words + 3] == [
        "all scopes: 2 hits, 0 of them approximate; 0 misses",
        "47 of 48 recorded exchanges were not used",
    ]

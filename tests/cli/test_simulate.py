import json
import os
import signal
import threading
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner

from gateway.cli.simulate import command
from gateway.errors import ListenError
from gateway.fronts.serving import bind
from gateway.simulator.trouble import Trouble


def test_it_says_where_it_is_serves_and_ends_on_sigterm(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    seen: list[Any] = []

    def visit() -> None:
        connection = HTTPConnection(urlsplit(said[0]["public"]).netloc, timeout=10)
        connection.request("GET", "/v2")
        seen.append(json.load(connection.getresponse())["versions"][0]["links"][1]["href"])
        connection.close()
        os.kill(os.getpid(), signal.SIGTERM)

    def echo(line: str) -> None:
        said.append(json.loads(line))
        threading.Thread(target=visit).start()

    monkeypatch.setattr(click, "echo", echo)
    command.main(["--listen", "127.0.0.1:0", "--public-url", "http://evs.example.com/"], standalone_mode=False)
    assert said == [{"event": "ready", "public": said[0]["public"], "pid": os.getpid()}]
    assert seen == ["http://evs.example.com/v2"]


def test_a_busy_port_is_the_operators_mistake() -> None:
    with bind("127.0.0.1:0") as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        error = CliRunner().invoke(command, ["--listen", address]).exception
    assert isinstance(error, ListenError)
    assert error.exit_code == 3
    assert address in str(error)


def test_the_help_names_every_prefix() -> None:
    shown = CliRunner().invoke(command, ["--help"]).stdout
    assert all(case.value in shown for case in Trouble)
    assert "sim-bad-" in shown

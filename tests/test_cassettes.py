"""The shipped cassettes: each can be read, names no host and no secret, and plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.demo.client import Client, session
from gateway.cli.demo.command import PROJECT, SECOND_PROJECT, TOKEN
from gateway.stores.cassettes import open_cassette
from tests.clients.harness import gateway

SHIPPED = sorted((Path(__file__).parent.parent / "cassettes").glob("*.cassette"))


def test_there_is_a_sample() -> None:
    assert [path.name for path in SHIPPED] == ["first-session.cassette"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_it_names_no_host_and_no_secret(path: Path) -> None:
    for file in path.iterdir():
        content = file.read_text()
        assert "127.0.0.1" not in content, file
        assert TOKEN not in content, file
    assert open_cassette(path).count() > 30


def test_the_sample_plays(tmp_path: Path) -> None:
    with gateway(tmp_path, "replay", SHIPPED[0], None) as server:
        runs = []
        for tag in ("one", "two"):
            client = Client(server.public, PROJECT, "any token")
            runs.append(session(client, tag, SECOND_PROJECT))
            client.close()
    assert runs[0] == runs[1]
    assert len(runs[0]) == 27

"""`doctor` on a running gateway, and on what is none."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli import root
from gateway.cli.doctor.command import BUNDLES
from gateway.errors import RunError
from gateway.http.messages import Request, Response
from gateway.stores.credential_files import add_proxy_user
from tests.clients.harness import dead_address
from tests.fronts.forwarding import TwoDoors, two_doors
from tests.fronts.upstreams import HangUp, RawUpstream
from tests.scenarios.origin import origin

pytest.importorskip("mitmproxy")

HOST = "evs.example.com"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*BUNDLES, "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doctor")


@pytest.fixture(scope="module")
def password(folder: Path) -> str:
    return add_proxy_user(folder / "users.toml", "alice")


@pytest.fixture(scope="module")
def doors(folder: Path, password: str) -> Iterator[TwoDoors]:
    assert password
    forward = {"hosts": (HOST,), "users_file": folder / "users.toml"}
    with two_doors(folder, None, time.time, cassette={"mode": "simulate"}, forward=forward) as opened:
        yield opened


def doctor(*arguments: str) -> tuple[list[dict[str, Any]], str]:
    """Return what it found, and what it ended with."""
    result = CliRunner().invoke(root, ["doctor", "--json", *arguments])
    assert result.exception is None or isinstance(result.exception, RunError), result.exception
    return json.loads(result.stdout), str(result.exception or "")


def asked(doors: TwoDoors, folder: Path, password: str, *more: str) -> tuple[list[dict[str, Any]], str]:
    place = ("--public", doors.public, "--forward", doors.forward, "--data", str(folder / "data"))
    return doctor(*place, "--user", f"alice:{password}", "--host", f"{HOST}:443", *more)


def test_a_gateway_in_good_health(doors: TwoDoors, folder: Path, password: str) -> None:
    found, ended = asked(doors, folder, password)
    assert [(each["door"], each["is_well"]) for each in found] == [("public", True), ("forward", True)]
    assert ended == ""


def test_it_is_told_in_lines_too(doors: TwoDoors) -> None:
    result = CliRunner().invoke(root, ["doctor", "--public", doors.public], catch_exceptions=False)
    assert result.stdout == f"public: ok: {doors.public} answers, and so does what is behind it (HTTP 200)\n"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--host", "other.example.com"), "other.example.com is not listed"),
        (("--user", "alice:wrong"), "the proxy wants a user"),
        (("--ca", "/nowhere.pem"), "is not trusted with /nowhere.pem"),
    ],
)
def test_what_is_wrong_at_the_forward_door(
    more: tuple[str, ...], says: str, doors: TwoDoors, folder: Path, password: str
) -> None:
    found, ended = asked(doors, folder, password, *more)
    assert says in found[1]["says"]
    assert ended == "1 of 2 things are not as they should be"


def test_a_shell_whose_bundle_does_not_trust_the_gateway(
    doors: TwoDoors, folder: Path, password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.clients.secure import certificates

    foreign, _ = certificates(tmp_path, HOST)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(foreign))
    monkeypatch.setenv("SSL_CERT_FILE", str(doors.ca))
    found, _ = asked(doors, folder, password)
    assert [each["says"].split(",")[0] for each in found if not each["is_well"]] == [f"REQUESTS_CA_BUNDLE is {foreign}"]


def test_a_gateway_that_is_not_there() -> None:
    found, ended = doctor("--public", dead_address(), "--forward", dead_address(), "--host", HOST, "--ca", _system())
    assert ["nothing answers at" in each["says"] for each in found] == [True, True]
    assert ended == "2 of 2 things are not as they should be"


def test_something_else_that_is_there() -> None:
    def teapot(_: Request) -> Response:
        return Response(418)

    with origin(teapot) as other:
        found, _ = doctor("--public", other.url, "--forward", other.url, "--host", HOST, "--ca", _system())
    assert (found[0]["is_well"], found[1]["says"]) == (
        True,
        f"the door at {other.url} gave no answer that can be read (501)",
    )


@pytest.mark.parametrize("line", [HangUp(), HangUp(b"nonsense\r\n\r\n")])
def test_something_that_speaks_another_language(line: HangUp) -> None:
    async def visited() -> list[dict[str, Any]]:
        async with RawUpstream(line) as other:
            place = ("--public", other.url, "--forward", other.url, "--host", HOST, "--ca", _system())
            return (await asyncio.to_thread(doctor, *place))[0]

    found = asyncio.run(visited())
    assert ["gave no answer that can be read" in each["says"] for each in found] == [True, True]


def test_doors_and_hosts_are_those_of_the_settings(tmp_path: Path) -> None:
    place = dead_address().removeprefix("http://")
    (tmp_path / "evs-gateway.toml").write_text(
        f'[listen]\npublic = "{place}"\n[forward]\nlisten = "{place}"\nhosts = ["{HOST}"]\n'
    )
    found, _ = doctor("--ca", _system())
    assert [each["door"] for each in found] == ["public", "forward"]


def _system() -> str:
    """Return some file of authorities that can be read."""
    import certifi

    return certifi.where()

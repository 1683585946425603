"""The addon inside somebody's own mitmdump, and the gateway without mitmproxy."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.http.messages import Request
from tests.clients.harness import END_S, dead_address, environment

from .forwarding import Wire

mitmproxy = pytest.importorskip("mitmproxy")

ROOT = Path(__file__).parents[2]
HOST = b"evs.example.com"


@contextlib.contextmanager
def mitmdump(folder: Path, settings: str) -> Iterator[str]:
    """Run mitmdump with the addon, and yield where it listens."""
    url = dead_address()
    (folder / "evs-gateway.toml").write_text(settings)
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(_words(url), cwd=folder, env=_environment(), stdout=out, stderr=out)
    try:
        _wait(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(END_S)
    assert process.returncode == 0, log.read_text()


def _words(url: str) -> list[str]:
    program = "import sys; from mitmproxy.tools.main import mitmdump; mitmdump(sys.argv[1:])"
    listen = ("--listen-host", "127.0.0.1", "--listen-port", str(urlsplit(url).port))
    return [sys.executable, "-c", program, *listen, "-s", _script(), "--set", "confdir=conf"]


def _environment() -> dict[str, str]:
    return environment() | {"PYTHONPATH": str(ROOT)}


def _script() -> str:
    words = [sys.executable, "-m", "gateway.fronts.mitmdump"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    parts = urlsplit(url)
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((parts.hostname or "", parts.port or 0), 1):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_a_mitmdump_of_ones_own_has_the_same_gateway(tmp_path: Path) -> None:
    settings = f'[cassette]\nmode = "simulate"\n[forward]\nhosts = ["http://{HOST.decode()}"]\n'
    with mitmdump(tmp_path, settings) as url:
        one = Wire.to(url)
        listed = one.ask(Request("GET", b"http://%b/v2" % HOST, ((b"host", HOST),)))
        refused = one.ask(Request("GET", b"http://127.0.0.1:1/", ((b"host", b"127.0.0.1:1"),)))
        one.close()
    assert (listed.status, refused.status) == (200, 403)
    assert b"evs-gateway" in (refused.header(b"proxy-status") or b"")


def test_a_mitmdump_does_not_begin_with_settings_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "evs-gateway.toml").write_text('[cassette]\nmode = "replay"\npath = "missing.cassette"\n')
    done = subprocess.run(
        _words(dead_address()),
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert "missing.cassette: no such cassette" in done.stdout + done.stderr


@pytest.mark.parametrize("door", ["gateway.fronts.gateway", "gateway.cli.serve", "gateway.cli.cassette.forms"])
def test_nothing_of_mitmproxy_is_imported_before_the_forward_door_opens(door: str) -> None:
    script = f"import sys, {door}; print([name for name in sys.modules if name.startswith('mitmproxy')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_mitmproxy_the_forward_door_says_how_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.errors import SettingsError
    from gateway.fronts.gateway import forward_server
    from gateway.settings import Settings

    monkeypatch.setitem(sys.modules, "gateway.fronts.forward_server", None)
    monkeypatch.setattr("gateway.fronts.gateway.authority_of", lambda _: tmp_path)
    settings = Settings(forward={"hosts": ("a",)})
    with socket.socket() as listener, pytest.raises(SettingsError, match=r"pip install 'evs-gateway\[forward\]'"):
        forward_server(settings, None, listener)  # type: ignore[arg-type]

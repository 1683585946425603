"""A real nginx in front of gateways: each request goes to the next one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .harness import END_S, START_S, Server, dead_address

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
# One process, so that the turns are strict. Another gateway is asked only when one cannot be reached.
_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    log_format turns '$upstream_addr';
    access_log {folder}/turns turns;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream gateways {{
        {members}
    }}
    server {{
        listen {listen};
        location / {{
            proxy_pass http://gateways;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_next_upstream error;
        }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Balancer:
    """Its address, and where it writes who answered each request."""

    public: str
    log: Path

    def turns(self) -> list[str]:
        """Return the address of the gateway that answered each request; once the balancer has ended.

        Of one that was tried in vain first, it writes both.
        """
        return [f"http://{line.rpartition(', ')[2]}" for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="session")
def nginx() -> str:
    if NGINX is None and not os.environ.get("CI"):
        pytest.skip("needs nginx: apt-get install nginx-light")
    assert NGINX, "CI installs nginx itself: see .ci/run"
    return NGINX


@contextmanager
def balancing(nginx: str, folder: Path, *servers: Server) -> Iterator[Balancer]:
    folder.mkdir()
    public = dead_address()
    members = "".join(f"server {_host(server.public)} max_fails=0;" for server in servers)
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, members=members, listen=_host(public)))
    with (folder / "stderr").open("wb") as stderr:
        command = [nginx, "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=stderr)
    try:
        _await(public, process, folder / "stderr")
        yield Balancer(public, folder / "turns")
        process.terminate()
        assert process.wait(END_S) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(END_S)


def _await(public: str, process: subprocess.Popen[bytes], stderr: Path) -> None:
    """Return when it listens."""
    parts = urlsplit(public)
    assert parts.hostname is not None
    until = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection((parts.hostname, parts.port or 80)).close()
        except ConnectionRefusedError:
            assert process.poll() is None, stderr.read_text()
            assert time.monotonic() < until, stderr.read_text()
            time.sleep(0.02)
        else:
            return


def _host(public: str) -> str:
    return urlsplit(public).netloc

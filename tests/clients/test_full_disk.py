"""A disk that fills while recording: writes are refused before they go upstream, and nothing kept before is lost."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from gateway.stores.ground import SPARE_BYTES

from .harness import ALICE, TOKENS, command, environment, ready_line, run, simulator

# Kilobytes that any file of the gateway may grow to: what it keeps spare, and room for a few dozen exchanges.
LIMIT_KB = SPARE_BYTES // 1024 + 256


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    headers = {"X-Auth-Token": TOKENS[ALICE], "Content-Type": "application/json"}
    connection.request(method, f"/v2/{ALICE}{path}", json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def connect(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    assert parts.hostname
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)


def volumes(address: str) -> int:
    with contextlib.closing(connect(address)) as connection:
        status, body = ask(connection, "GET", "/volumes")
    assert status == 200
    return len(json.loads(body)["volumes"])


def test_a_full_disk_refuses_writes_before_they_go_upstream(tmp_path: Path) -> None:
    cassette, out, err = tmp_path / "c.sqlite", tmp_path / "out", tmp_path / "err"
    new = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 1, "description": "d" * 200}}
    with (
        simulator(tmp_path) as cloud,
        out.open("wb") as stdout,
        err.open("wb") as stderr,
        contextlib.ExitStack() as closing,
    ):
        serve = command("serve", "--mode", "record", "--upstream", cloud.public, "--cassette", str(cassette))
        ports = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", str(tmp_path / "data")]
        limited = ["bash", "-c", f'ulimit -f {LIMIT_KB}; exec "$@"', "bash", *serve, *ports]
        process = subprocess.Popen(limited, env=environment(), stdout=stdout, stderr=stderr)
        try:
            gateway = ready_line(process, out, err)["public"]
            connection = closing.enter_context(contextlib.closing(connect(gateway)))
            answered, status, body = 0, 202, b""
            while status == 202 and answered < 2000:
                status, body = ask(connection, "POST", "/volumes", new)
                answered += status == 202
            assert status == 503, body
            (envelope,) = json.loads(body).values()
            assert envelope["code"] == "EVS.5503"
            made = volumes(cloud.public)
            for _ in range(5):
                assert ask(connection, "POST", "/volumes", new)[0] == 503
            assert volumes(cloud.public) == made, "a refused write reached the cloud"
            assert answered > 5
        finally:
            process.terminate()
            process.wait(20)
    kept = [row for row in json.loads(run("cassette", "list", str(cassette), "--json")) if row["status"] == 202]
    assert len(kept) == answered

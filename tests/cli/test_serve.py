"""`serve` as an operator runs it: the ready line, a clean end, and mistakes in one clear sentence."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.clients.harness import command, dead_address, environment, gateway, simulator, started

ANY_PORT = "127.0.0.1:0"


def refused(folder: Path, *arguments: str, **variables: str) -> str:
    """Run a gateway that cannot start, and return its one sentence."""
    done = subprocess.run(
        command("serve", "--listen", ANY_PORT, "--admin-listen", ANY_PORT, *arguments),
        env=environment() | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, ""), done
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_ready_line_health_and_a_clean_end(tmp_path: Path) -> None:
    with simulator(tmp_path) as cloud, gateway(tmp_path, "record", tmp_path / "c.sqlite", cloud.public) as server:
        assert server.ready == {
            "event": "ready",
            "public": server.public,
            "admin": server.ready["admin"],
            "mode": "record",
            "pid": server.process.pid,
        }
        assert get(f"{server.ready['admin']}/healthz") == (200, b'{"status":"ok"}')
        assert json.loads(get(f"{server.ready['admin']}/readyz")[1]) == {
            "status": "ready",
            "checks": {"cassette": "ok", "audit": "ok", "disk": "ok"},
        }
        assert get(f"{server.public}/v2")[0] == 200
        server.end()
        assert server.stdout.read_text().count("\n") == 1


def test_simulate_mode_needs_nothing_and_is_recorded_when_a_cassette_is_named(tmp_path: Path) -> None:
    cassette = tmp_path / "made.cassette"
    with gateway(tmp_path, "simulate", cassette, None) as server:
        assert get(f"{server.public}/")[0] == 300
    with gateway(tmp_path, "replay", cassette, None) as server:
        assert get(f"{server.public}/")[0] == 300
        assert json.loads(get(f"{server.ready['admin']}/readyz")[1]) == {
            "status": "ready",
            "checks": {"audit": "ok", "disk": "ok"},
        }


def test_once_records_the_first_time_and_replays_from_then_on(tmp_path: Path) -> None:
    cassette = tmp_path / "once.sqlite"
    with simulator(tmp_path) as cloud, gateway(tmp_path, "once", cassette, cloud.public) as server:
        assert server.ready["mode"] == "once"
        assert get(f"{server.public}/v2")[0] == 200
    with gateway(tmp_path, "once", cassette, dead_address()) as server:
        assert server.ready["mode"] == "once"
        assert get(f"{server.public}/v2")[0] == 200
        assert get(f"{server.public}/")[0] == 424


def test_workers_record_into_one_cassette(tmp_path: Path) -> None:
    arguments = ("--listen", ANY_PORT, "--admin-listen", ANY_PORT, "--mode", "record", "--workers", "2")
    kept = ("--cassette", str(tmp_path / "w.sqlite"), "--data", str(tmp_path / "data"))
    with (
        simulator(tmp_path) as cloud,
        started(tmp_path, "serve", "--upstream", cloud.public, *arguments, *kept) as server,
    ):
        assert [get(f"{server.public}/v2")[0] for _ in range(20)] == [200] * 20
    done = subprocess.run(
        command("cassette", "list", str(tmp_path / "w.sqlite"), "--json"), capture_output=True, check=True, text=True
    )
    assert len(json.loads(done.stdout)) == 20


def test_a_dead_upstream_is_502_in_the_clients_envelope(tmp_path: Path) -> None:
    with gateway(tmp_path, "passthrough", tmp_path / "unused", dead_address()) as server:
        status, body = get(f"{server.public}/v2/{'a' * 32}/volumes")
        assert status == 502
        (envelope,) = json.loads(body).values()
        assert "message" in envelope


def test_settings_come_from_the_environment_and_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[cassette]\nmode = "simulate"\n')
    with started(
        tmp_path, "serve", "--config", str(tmp_path / "s.toml"), "--listen", ANY_PORT, "--admin-listen", ANY_PORT
    ) as server:
        assert server.ready["mode"] == "simulate"
    assert "EVS_GATEWAY_CASSETTE__MOD" in refused(tmp_path, EVS_GATEWAY_CASSETTE__MOD="replay")


def test_a_mode_that_forwards_needs_an_upstream(tmp_path: Path) -> None:
    assert "--upstream URL" in refused(tmp_path, "--mode", "record")


@pytest.mark.parametrize("name", ["gone.sqlite", "gone.cassette"])
def test_missing_cassette(tmp_path: Path, name: str) -> None:
    assert name in refused(tmp_path, "--mode", "replay", "--cassette", name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foreign.sqlite", b"SQLite format 3\0 but no more"),
        ("text.sqlite", b"hello"),
        ("picture.sqlite", b"\x89PNG" * 99),
    ],
)
def test_corrupt_or_foreign_cassette(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for mode in ("replay", "record"):
        sentence = refused(tmp_path, "--mode", mode, "--upstream", "http://127.0.0.1:9", "--cassette", name)
        assert name in sentence
        assert (tmp_path / name).read_bytes() == content


def test_text_cassette_with_a_damaged_exchange(tmp_path: Path) -> None:
    folder = tmp_path / "bad.cassette"
    folder.mkdir()
    header = {"kind": "evs-gateway cassette", "format": 1, "name": "bad", "specification": "x", "exchanges": 1}
    header["recorded_at"] = "2026-11-24T22:32:04Z"
    (folder / "cassette.json").write_text(json.dumps(header))
    (folder / "0010-x.json").write_text("{")
    assert "0010-x.json" in refused(tmp_path, "--mode", "replay", "--cassette", "bad.cassette")
    (folder / "cassette.json").write_text(json.dumps(header | {"format": 99}))
    assert "99" in refused(tmp_path, "--mode", "replay", "--cassette", "bad.cassette")


def test_busy_port(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert str(port) in refused(tmp_path, "--mode", "simulate", "--listen", f"127.0.0.1:{port}")


def test_unwritable_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    sentence = refused(tmp_path, "--mode", "record", "--upstream", "http://127.0.0.1:9", "--data", "file/data")
    assert "file/data" in sentence


def test_unknown_setting_operation_and_upstream(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[upstream]\nurll = 'http://x'\n")
    assert "did you mean 'upstream.url'" in refused(tmp_path, "--config", "a.toml")
    (tmp_path / "b.toml").write_text("[cassette.modes]\ncinder_make_coffee = 'replay'\n")
    assert "cinder_make_coffee" in refused(tmp_path, "--config", "b.toml", "--mode", "simulate")
    assert "evs.example.com" in refused(tmp_path, "--upstream", "evs.example.com")


def test_workers_cannot_replay_what_they_record(tmp_path: Path) -> None:
    upstream = ("--upstream", "http://127.0.0.1:9")
    assert "workers" in refused(tmp_path, "--mode", "new-episodes", "--workers", "2", *upstream)


def test_wrong_usage_is_exit_code_2() -> None:
    done = subprocess.run(command("serve", "--mode", "tape"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")

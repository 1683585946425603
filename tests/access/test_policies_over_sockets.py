"""Policies in front of a cloud, as a platform team runs them: denied calls never arrive, and the reason is plain."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.stores.credential_files import add_dev_token
from tests.clients.harness import ALICE, Server, command, environment, simulator, started

ROOT = Path(__file__).parents[2]
NEW = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 10, "name": "disk"}}
DENY_DELETE = {"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["evs:volumes:delete"]}]}
IN_USE = {
    "Version": "5.0",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": ["evs:volumes:extend"],
            "Condition": {"NumberGreaterThan": {"gw:TargetSize": ["5"]}},
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway with policies, its folder, and a token for each role."""

    server: Server
    folder: Path
    tokens: dict[str, str]

    def call(self, role: str, method: str, path: str, body: object = None) -> tuple[int, Any, str]:
        parts = urlsplit(self.server.public)
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        headers = {"X-Auth-Token": self.tokens[role], "Content-Type": "application/json"}
        connection.request(method, f"/v2/{ALICE}{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        payload = answer.read()
        connection.close()
        return answer.status, json.loads(payload) if payload else None, answer.headers.get("Proxy-Status", "")

    def readiness(self) -> dict[str, Any]:
        parts = urlsplit(self.server.ready["admin"])
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        connection.request("GET", "/readyz")
        checks = json.loads(connection.getresponse().read())["checks"]
        connection.close()
        return checks


def policy_folder(folder: Path) -> Path:
    """Write a small set: operators may do everything but what is denied to all, readers may read."""
    folder.mkdir()
    (folder / "all.json").write_text('{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*"]}]}')
    read = ["evs:volumes:get", "evs:volumes:list"]
    (folder / "read.json").write_text(
        json.dumps({"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": read}]})
    )
    (folder / "no-delete.json").write_text(json.dumps(DENY_DELETE))
    (folder / "small.json").write_text(json.dumps(IN_USE))
    (folder / "policy-set.yaml").write_text(
        "version: 1\nregion: ae-ad-1\npolicies:\n- file: all.json\n- file: read.json\n"
        "- {file: no-delete.json, layer: guardrail}\n- {file: small.json, layer: guardrail}\n"
        "bindings:\n- match: {role: operator}\n  policies: [all]\n- match: {role: reader}\n  policies: [read]\n"
    )
    return folder


@contextmanager
def serving(tmp_path: Path, *arguments: str) -> Iterator[Running]:
    folder = policy_folder(tmp_path / "policies")
    tokens_file = tmp_path / "tokens.toml"
    tokens = {
        role: add_dev_token(tokens_file, role, {"project_id": ALICE, "user_name": role, "roles": [role]})
        for role in ("operator", "reader", "stranger")
    }
    token = tmp_path / "upstream.token"
    token.write_text("upstream-token")
    token.chmod(0o600)
    (tmp_path / "s.toml").write_text(
        f'[identity]\naccept = ["dev"]\ndev_tokens_file = "{tokens_file}"\nupstream_token_file = "{token}"\n'
    )
    with simulator(tmp_path) as cloud:
        common = ("--config", str(tmp_path / "s.toml"), "--upstream", cloud.public, "--policies", str(folder))
        ports = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", str(tmp_path / "data"))
        with started(tmp_path, "serve", *common, *ports, *arguments) as server:
            yield Running(server, folder, tokens)


def error_of(body: dict[str, Any]) -> dict[str, Any]:
    return next(iter(body.values()))


def test_who_may_do_what(tmp_path: Path) -> None:
    with serving(tmp_path) as gateway:
        status, made, _ = gateway.call("operator", "POST", "/volumes", NEW)
        assert status == 202
        disk = f"/volumes/{made['volume']['id']}"
        assert gateway.call("reader", "GET", disk)[0] == 200

        status, body, proxy = gateway.call("reader", "POST", "/volumes", NEW)
        assert (status, error_of(body)["code"]) == (403, "EVS.5403")
        assert "evs:volumes:create" in error_of(body)["message"]
        assert error_of(body)["details"][0]["kind"] == "implicit"
        assert "http_request_denied" in proxy
        assert len(gateway.call("operator", "GET", "/volumes")[1]["volumes"]) == 1, "the denied disk was not made"

        status, body, _ = gateway.call("operator", "DELETE", disk)
        assert (status, error_of(body)["details"][0]["kind"]) == (403, "explicit")
        assert gateway.call("operator", "GET", disk)[0] == 200

        assert gateway.call("stranger", "GET", disk)[0] == 403
        assert gateway.call("operator", "GET", "/cloudsnapshots/detail")[0] == 403, "nobody walks around a Deny"


def test_the_state_of_the_target_decides_where_a_policy_asks_for_it(tmp_path: Path) -> None:
    with serving(tmp_path) as gateway:
        made = gateway.call("operator", "POST", "/volumes", NEW)[1]
        disk = f"/volumes/{made['volume']['id']}"
        status, body, _ = gateway.call("operator", "POST", f"{disk}/action", {"os-extend": {"new_size": 20}})
        assert (status, error_of(body)["details"][0]["action"]) == (403, "evs:volumes:extend")


def test_report_level_denies_nobody_and_says_what_it_would(tmp_path: Path) -> None:
    with serving(tmp_path, "--policy", "report") as gateway:
        assert gateway.call("reader", "POST", "/volumes", NEW)[0] == 202
        assert gateway.call("stranger", "GET", "/volumes")[0] == 200
        gateway.server.end()
        lines = [json.loads(line) for line in gateway.server.stderr.read_text().splitlines()]
    said = [line["remarks"] for line in lines if line["event"] == "request"]
    assert said == [["deny implicit evs:volumes:create"], ["deny implicit evs:volumes:list"]]


def wait_for(check: Any) -> None:
    """Poll until something is so; bounded, for what happens in another process."""
    until = time.monotonic() + 20
    while not check():
        assert time.monotonic() < until, "it never became so"
        time.sleep(0.05)


@pytest.mark.parametrize("by", ["signal", "file"])
def test_policies_are_exchanged_whole_or_not_at_all(tmp_path: Path, by: str) -> None:
    with serving(tmp_path) as gateway:
        disk = f"/volumes/{gateway.call('operator', 'POST', '/volumes', NEW)[1]['volume']['id']}"
        document = gateway.folder / "no-delete.json"

        def tell() -> None:
            if by == "signal":
                os.kill(gateway.server.process.pid, signal.SIGHUP)

        document.write_text("{")
        tell()
        wait_for(lambda: gateway.readiness()["policies"] != "ok")
        assert "no-delete.json" in gateway.readiness()["policies"]
        assert gateway.call("operator", "DELETE", disk)[0] == 403, "the last good set stays"

        document.write_text(json.dumps(DENY_DELETE).replace("delete", "attach"))
        tell()
        wait_for(lambda: gateway.readiness()["policies"] == "ok")
        # A disk that is still being made cannot be deleted yet; by now nobody forbids it.
        wait_for(lambda: gateway.call("operator", "DELETE", disk)[0] == 202)


def test_workers_reload_too(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as gateway:
        made = gateway.call("operator", "POST", "/volumes", NEW)[1]
        disk = f"/volumes/{made['volume']['id']}"
        assert gateway.call("operator", "DELETE", disk)[0] == 403
        (gateway.folder / "no-delete.json").write_text(json.dumps(DENY_DELETE).replace("delete", "attach"))
        os.kill(gateway.server.process.pid, signal.SIGHUP)
        wait_for(lambda: gateway.call("operator", "DELETE", disk)[0] != 403)


def cannot_start(folder: Path, *arguments: str) -> str:
    ports = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9")
    done = subprocess.run(
        command("serve", *ports, *arguments), env=environment(), cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_set_that_does_not_load_or_has_nobody_to_judge_does_not_start(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path / "policies")
    assert "identity.accept" in cannot_start(tmp_path, "--policies", str(folder))
    (folder / "all.json").write_text('{"Version": "1.1", "Statement": [{"Effect": "Allow", "Actoin": []}]}')
    said = cannot_start(tmp_path, "--policies", str(folder), "--policy", "report")
    assert "all.json:1:" in said


def test_the_shipped_set_starts(tmp_path: Path) -> None:
    ports = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")
    shipped = ("--policies", str(ROOT / "policies"), "--policy", "report")
    with started(tmp_path, "serve", "--mode", "simulate", *ports, *shipped) as server:
        assert server.ready["event"] == "ready"


def test_what_was_written_counts_at_once(tmp_path: Path) -> None:
    """A look-up is remembered for a burst of reads, and for no write."""
    guard = {
        "Version": "5.0",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": ["evs:volumes:delete"],
                "Condition": {"StringEquals": {"gw:TargetMetadata/env": ["prod"]}},
            }
        ],
    }
    with serving(tmp_path) as gateway:
        (gateway.folder / "no-delete.json").write_text(json.dumps(guard))
        os.kill(gateway.server.process.pid, signal.SIGHUP)
        disk = f"/volumes/{gateway.call('operator', 'POST', '/volumes', NEW)[1]['volume']['id']}"
        wait_for(lambda: gateway.call("operator", "DELETE", f"{disk}/metadata/none")[0] == 404)
        assert gateway.call("operator", "PUT", f"{disk}/metadata/env", {"meta": {"env": "prod"}})[0] == 200
        assert gateway.call("operator", "DELETE", disk)[0] == 403

"""What is forbidden is stopped in every mode, before anything else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.modes import MODES
from gateway.stores.credential_files import add_dev_token

from .client import PROJECT, Client, client
from .clock import Clock
from .gateways import exchanges, gateway, recorded
from .origin import origin, simulated

READ_ONLY = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:volumes:list", "evs:types:get"]}]}
SET = """
version: 1
region: ae-ad-1
policies:
- file: read.json
bindings:
- match: {role: reader}
  policies: [read]
"""
NEW = {"name": "disk", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}
HEADERS_BYTES = 2048


def guarded(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the token of a reader, and the settings that let readers list and nothing else."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "read.json").write_text(json.dumps(READ_ONLY))
    (policies / "policy-set.yaml").write_text(SET)
    tokens, upstream = folder / "tokens.toml", folder / "upstream.token"
    token = add_dev_token(tokens, "reader", {"project_id": PROJECT, "user_name": "reader", "roles": ["reader"]})
    upstream.write_text("MII-a-token-of-the-gateways-own")
    upstream.chmod(0o600)
    identity = {"accept": ("dev",), "dev_tokens_file": tokens, "upstream_token_file": upstream}
    return token, {"identity": identity, "policies": {"path": policies}}


def create(one: Client, **changes: object) -> tuple[int, dict[str, Any], int]:
    """Try to create a disk, and return status, error and the bytes of all headers."""
    answer = one("POST", "/v2/{p}/volumes", {"volume": {**NEW, **changes}})
    [error] = answer.json().values()
    return answer.status_code, error, sum(len(name) + len(value) for name, value in answer.headers.raw)


@pytest.mark.parametrize("mode", MODES)
def test_30_the_denied_and_the_invalid_reach_neither_cloud_nor_cassette_in_any_mode(tmp_path: Path, mode: str) -> None:
    """Beats: Prism#2315 (a header per violation breaks the call), and all surveyed: none decides about actions.

    The audit trail is another issue's; until then action and rule stand in the answer and in the log.
    """
    clock, cassette = Clock(), tmp_path / "kept.sqlite"
    recorded(cassette, lambda one: one.create(), clock=clock)
    before = exchanges(cassette)
    token, settings = guarded(tmp_path)
    with (
        origin(simulated(clock)) as cloud,
        gateway(mode, cassette, cloud.url, clock, **settings) as guard,
        client(guard.endpoint, clock, X_Auth_Token=token) as one,
    ):
        status, error, _ = create(one)
        assert (status, error["code"]) == (403, "EVS.5403")
        assert [(each["kind"], each["action"]) for each in error["details"]] == [("implicit", "evs:volumes:create")]

        status, error, _ = create(one, size=99999)
        assert (status, error["code"], error["details"][0]["limit"]) == (400, "EVS.1010", "1 to 32768 GB")

        status, error, size = create(one, metadata={f"{'k' * 256}{number}": "v" for number in range(1000)})
        assert (status, error["details"][-1]["rule"]) == (400, "more")
        assert size < HEADERS_BYTES
        assert cloud.asked == []
    assert exchanges(cassette) == before

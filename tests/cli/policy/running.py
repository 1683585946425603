"""Running the verb `policy`, with folders and cassettes to run it on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.cassette.exchange import Exchange
from gateway.cli.policy import command
from gateway.errors import GatewayError
from gateway.http.messages import Request, Response
from gateway.stores.copying import write_cassette

ALLOW = {"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": ["evs:volumes:*"]}]}
DENY = {"Version": "5.0", "Statement": [{"Sid": "Keep", "Effect": "Deny", "Action": "evs:volumes:delete"}]}
WHO = {"user_name": "alice", "domain_id": "d1", "project_id": "p1"}


def run(*arguments: object, given: str = "") -> Result:
    """Run the verb; what the operator got wrong is raised as it is at the top of the command line."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], input=given)
    if isinstance(result.exception, GatewayError):
        raise result.exception
    return result


def printed(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def folder(path: Path, deny: str = "enforce", allow: Any = ALLOW) -> Path:
    """Write a policy folder: everybody of the domain may do all to disks but delete them."""
    path.mkdir(exist_ok=True)
    entries = [{"file": "allow.json"}, {"file": "deny.json", "layer": "guardrail", "level": deny}]
    bindings = [{"match": {"domain_id": "d1"}, "policies": ["allow"]}]
    text = {"version": "1", "region": "ae-ad-1", "policies": entries, "bindings": bindings}
    (path / "policy-set.yaml").write_text(json.dumps(text))
    (path / "allow.json").write_text(json.dumps(allow))
    (path / "deny.json").write_text(json.dumps(DENY))
    return path


def exchange(method: str, path: str, body: Any = None, status: int = 200) -> Exchange:
    sent = b"" if body is None else json.dumps(body).encode()
    return Exchange("x", Request(method, path.encode(), (), sent), Response(status), 1_772_539_200.0, 1_772_539_201.0)


def cassette(path: Path, *exchanges: Exchange) -> Path:
    write_cassette(path, exchanges)
    return path


SESSION = (
    exchange("GET", "/v2/p1/volumes/detail"),
    exchange("POST", "/v2/p1/volumes", {"volume": {"size": 10}}, 202),
    exchange("GET", "/v2/p1/volumes/v1"),
    exchange("DELETE", "/v2/p1/volumes/v1", None, 202),
    exchange("GET", "/v2/p1/extensions"),
)

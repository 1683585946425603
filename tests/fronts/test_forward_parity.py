"""The same requests through both doors: the same decisions, findings, answers and recordings."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.exchange import Exchange
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response
from gateway.stores.cassettes import open_cassette
from gateway.stores.credential_files import add_dev_token
from tests.cases.requests import plain, put
from tests.cases.test_cases import CASES
from tests.clients.secure import HOST, secure

from .forwarding import Wire, two_doors

pytest.importorskip("mitmproxy")

REQUESTS = 500
DENY = {"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["evs:volumes:delete", "evs:volumes:extend"]}]}
ALLOW = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*"]}]}
# What is minted for each request, what sockets say, and the time of the cloud and of the decision.
ITS_OWN = frozenset({"id", "seq", "prev", "hash", "received_seq"})
OWN = frozenset({b"x-request-id", b"connection", b"date"})


def generated(tokens: list[str]) -> Iterator[Request]:
    """Yield requests of every operation, good and bad, with each credential, always the same."""
    chance = random.Random(6)
    drafts: list[Any] = [plain(operation.id) for operation in CATALOGUE.operations]
    for case in CASES:
        for value in (*case.accepted[:1], *case.refused[:2]):
            draft = plain(case.operation)
            for place, each in case.beside.items():
                put(draft, place, each)
            put(draft, case.at, value)
            drafts.append(draft)
    sent = [draft.request() for draft in drafts]
    # What breaks the framing itself is each protocol's own to refuse.
    fit = [each for each in sent if len(each.body) < 100_000 and each.header(b"content-length") is None]
    for request in chance.sample(fit, REQUESTS):
        extra = [(b"x-auth-token", chance.choice(tokens).encode())] if chance.random() < 0.95 else []
        headers = [header for header in request.headers if header[0] != b"host"]
        yield request.with_headers(((b"host", HOST.encode()), *headers, *extra))


def answer(request: Request) -> Response:
    """Answer as a cloud without a memory: what follows from the request alone, links to itself, and failures too."""
    digest = hashlib.sha256(request.method.encode() + request.target + request.body).digest()
    status = (200, 202, 204, 404, 500, 300)[digest[0] % 6]
    body = {"volume": {"id": digest.hex(), "links": [{"rel": "self", "href": f"https://{HOST}/v2/p1/volumes/1"}]}}
    content = b"" if status == 204 else json.dumps(body).encode()
    return Response(status, ((b"content-type", b"application/json"), (b"x-openstack-request-id", b"req-1")), content)


def settings(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return settings with identity and policies, and a token for each of three people."""
    policies, tokens_file, own = folder / "policies", folder / "tokens.toml", folder / "own.token"
    policies.mkdir()
    (policies / "all.json").write_text(json.dumps(ALLOW))
    (policies / "no.json").write_text(json.dumps(DENY))
    (policies / "policy-set.yaml").write_text(
        "version: 1\nregion: ae-ad-1\npolicies:\n- file: all.json\n- {file: no.json, layer: guardrail}\n"
        "bindings:\n- match: {role: operator}\n  policies: [all]\n"
    )
    people = [("operator", "p1"), ("stranger", "p1"), ("operator", "elsewhere")]
    tokens = [
        add_dev_token(tokens_file, f"n{at}", {"project_id": project, "user_name": role, "roles": [role]})
        for at, (role, project) in enumerate(people)
    ]
    own.write_text("token-of-the-gateway")
    own.chmod(0o600)
    identity = {"accept": ("dev",), "dev_tokens_file": tokens_file, "upstream_token_file": own}
    return {"identity": identity, "policies": {"path": policies}}, [tokens[0]] * 4 + tokens


def seen(response: Response) -> tuple[int, frozenset[Any], bytes]:
    headers = frozenset(header for header in response.headers if header[0] not in OWN)
    return response.status, headers, response.body


def kept(exchange: Exchange) -> Exchange:
    """Return what was recorded without what differs between any two requests."""
    request = replace(exchange.request, scheme="", connection="")
    headers = tuple(header for header in exchange.response.headers if header[0] not in OWN)
    return replace(exchange, request=request, response=replace(exchange.response, headers=headers)).numbered(0)


def audited(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the audit records of requests, without what is each record's own."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["stage"] in ("received", "complete"):
                record["from"].pop("port")
                record.get("outcome", {}).pop("decided_us", None)
                yield {name: value for name, value in record.items() if name not in ITS_OWN}


def test_both_doors_are_one_gateway(tmp_path: Path) -> None:
    sections, tokens = settings(tmp_path)
    requests = list(generated(tokens))
    cassette = {"path": tmp_path / "both.sqlite", "mode": "record"}
    with secure(tmp_path, answer) as cloud:
        upstream = {"resolve": {f"{HOST}:443": cloud.place}, "ca_file": cloud.ca_file, "host": "client"}
        listen = {"public": "127.0.0.1:0", "public_url": cloud.url}
        ticks = itertools.repeat(1_772_532_000.0)
        with two_doors(
            tmp_path,
            cloud.url,
            lambda: next(ticks),
            upstream_settings=upstream,
            listen=listen,
            cassette=cassette,
            audit={"trail": "on"},
            **sections,
        ) as doors:
            reverse, forward = Wire.to(doors.public), Wire.through(doors, f"{HOST}:443")
            pairs = [(seen(reverse.ask(each)), seen(forward.ask(each))) for each in requests]
            reverse.close()
            forward.close()
    different = [(each, pair) for each, pair in zip(requests, pairs, strict=True) if pair[0] != pair[1]]
    assert different == []
    recorded = open_cassette(tmp_path / "both.sqlite")
    exchanges = [kept(each) for each in recorded.read()]
    recorded.close()
    assert exchanges[::2] == exchanges[1::2]
    statuses = Counter(first[0] for first, _ in pairs)
    assert len(exchanges) > REQUESTS / 3
    assert {200, 202, 204, 400, 401, 403, 404, 500} <= set(statuses), statuses
    assert cloud.asked[::2] == cloud.asked[1::2]
    records = list(audited(tmp_path / "data" / "audit"))
    # Each request has its record, and each write that went to the cloud one before.
    assert len(records) > 2 * REQUESTS
    for stage in ("received", "complete"):
        told = [record for record in records if record["stage"] == stage]
        assert told[::2] == told[1::2]

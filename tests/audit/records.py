"""Records for tests, as the gateway writes them, and trails of them on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gateway.contract.model import JsonObject
from gateway.stores.audit_files import AuditFiles

AT_MS = 1_764_000_000_000
DISK = "b104b8db-170d-441b-897a-3c8ba9c5a214"
PROJECT = "40acc331ac784f34842ba4f08ff2be48"


def ended(number: int = 1, **changes: Any) -> JsonObject:
    """Return the end of a request; `changes` take the place of members, objects are put into each other."""
    record: JsonObject = {
        "stage": "complete",
        "id": f"req-{number}",
        "ts_ms": AT_MS + number * 1000,
        "recv_ms": AT_MS + number * 1000 - 12,
        "from": {"ip": "10.0.0.7", "port": 40123, "ua": "openstacksdk/4.0"},
        "who": {
            "user_id": "u1",
            "user_name": "alice",
            "domain_id": "d1",
            "roles": ["evs_adm"],
            "auth": "token",
            "assurance": "verified",
        },
        "what": {
            "method": "GET",
            "target": f"/v2/{PROJECT}/volumes/{DISK}?limit=1",
            "operation": "cinder_show_volume",
            "family": "cinder",
            "project": PROJECT,
            "resources": [DISK],
        },
        "decision": {
            "decision": "allow",
            "kind": "allow",
            "action": None,
            "resource": None,
            "required": ["evs:volumes:get"],
            "statements": ["readers/1"],
            "missing": [],
            "would": None,
        },
        "validation": [],
        "mode": "passthrough",
        "scope": "",
        "remarks": [],
        "cassette": None,
        "upstream": {"service": "evs", "us": 9000, "status": 200},
        "outcome": {"status": 200, "origin": "cloud", "us": 12_000, "bytes_in": 0, "bytes_out": 300},
        "body": {"level": "metadata"},
        "redactions": ["header:x-auth-token"],
    }
    return merged(record, changes)


def denied(number: int = 1, **changes: Any) -> JsonObject:
    """Return a write that the policies denied, with its body."""
    body = b'{"volume": {"name": "disk-12", "size": 40}}'
    record = ended(
        number,
        what={"method": "POST", "operation": "cinder_create_volume", "target": f"/v2/{PROJECT}/volumes"},
        decision={
            "decision": "deny",
            "kind": "explicit",
            "action": "evs:volumes:create",
            "required": ["evs:volumes:create"],
            "statements": ["no-writes/1"],
        },
        outcome={"status": 403, "origin": "gateway", "us": 900, "bytes_in": len(body)},
        body={"level": "request", **kept("request", body)},
    )
    return merged({**record, "upstream": None, "what": {**_object(record["what"]), "resources": []}}, changes)


def kept(name: str, body: bytes, text: str | None = None) -> JsonObject:
    """Return the members of a body that is kept."""
    shown = body.decode() if text is None else text
    return {name: shown, f"{name}_sha256": hashlib.sha256(body).hexdigest(), f"{name}_bytes": len(body)}


def merged(record: JsonObject, changes: JsonObject) -> JsonObject:
    new = dict(record)
    for name, value in changes.items():
        old = new.get(name)
        new[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return new


def trail_of(folder: Path, records: Iterable[JsonObject], chain: str = "gw-1", rotate_bytes: int = 1 << 30) -> Path:
    """Return a folder, with records added to a chain in it."""
    files = AuditFiles(folder, chain, rotate_bytes)
    for record in records:
        files.append(record)
    files.close()
    return folder


def _object(value: Any) -> JsonObject:
    assert isinstance(value, dict)
    return value

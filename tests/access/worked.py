"""The worked examples as values: policy folders and requests built from the data file beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from gateway.access.decisions import Decision
from gateway.access.folder import Folder, read_policy_set
from gateway.access.policy_set import PolicySet
from gateway.access.records import read_record

DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("worked_examples.yaml").read_text("utf-8"))
NOON = 1_772_539_200.0  # 2026-03-03T12:00:00Z, a Tuesday


def folder_of(documents: dict[str, Any], guardrails: list[str] = [], **more: Any) -> Folder:  # noqa: B006
    """Return a folder in which every identity policy is bound to everybody with a domain."""
    entries = [
        {"file": f"{name}.json", "layer": "guardrail" if name in guardrails else "identity", **more.get(name, {})}
        for name in documents
    ]
    bound = [name for name in documents if name not in guardrails]
    bindings = {"bindings": [{"match": {"domain_id": "*"}, "policies": bound}]} if bound else {}
    text = yaml.safe_dump({"version": 1, "region": "ae-ad-1", "policies": entries, **bindings})
    files = {f"{name}.json": json.dumps(document).encode() for name, document in documents.items()}
    return Folder(text.encode(), files)


def set_of(documents: dict[str, Any], guardrails: list[str] = [], **more: Any) -> PolicySet:  # noqa: B006
    return read_policy_set(folder_of(documents, guardrails, **more))


def record(method: str, path: str, body: Any = None, user: str = "alice", **more: Any) -> dict[str, Any]:
    principal = {"user_name": user, "domain_id": "D", "project_id": "P"}
    return {"principal": principal, "request": {"method": method, "path": path, "body": body}, **more}


def decided(policies: PolicySet, asked: dict[str, Any]) -> Decision:
    found = read_record(asked, NOON)
    return policies.decide(found.principal, found.match, found.facts)


def allowing(*actions: str) -> dict[str, Any]:
    return {"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": list(actions)}]}


def denying(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Version": "5.0", "Statement": [{"Effect": "Deny", "Action": list(actions), **more}]}

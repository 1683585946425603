"""How the gateway is set up when it is measured: as platform teams have it, with everything on.

Callers have tokens that the IAM tells the owners of, four policies say who may do what, requests are checked, the audit
trail is kept. Two of the policies look at what a request says (size, address), one at the disk that it names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.workloads import PROJECT

IAM_PATH = "/v3/auth/tokens"
TOKEN_DOCUMENT = json.dumps(
    {
        "token": {
            "user": {"id": "u1", "name": "bench", "domain": {"id": "d1", "name": "acme"}},
            "project": {"id": PROJECT, "name": "ae-ad-1"},
            "roles": [{"id": "r1", "name": "evs_operator"}],
            "expires_at": "2099-01-01T00:00:00.000000Z",
        }
    }
)

_FULL = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*", "ims:images:get"]}]}


def _denying(actions: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "5.0", "Statement": [{"Effect": "Deny", "Action": actions, "Condition": condition}]}


POLICIES = {
    "full": _FULL,
    "sizes": _denying(["evs:volumes:create"], {"NumberGreaterThan": {"gw:RequestTotalSize": "2000"}}),
    "production": _denying(["evs:volumes:delete"], {"StringEquals": {"gw:TargetMetadata/env": "prod"}}),
    "office": _denying(["evs:volumes:*"], {"NotIpAddress": {"g:SourceIp": ["10.20.0.0/16", "127.0.0.0/8"]}}),
}
_SETTINGS = """
[identity]
accept = ["token"]

[policies]
path = "{policies}"
level = "enforce"
"""


def settings(folder: Path) -> Path:
    """Write the settings file and the policies into a folder, and return the path of the file."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    for name, document in POLICIES.items():
        (policies / f"{name}.json").write_text(json.dumps(document))
    listed = "".join(f"- file: {name}.json\n" for name in POLICIES)
    bound = f"bindings:\n- match: {{role: evs_operator}}\n  policies: [{', '.join(POLICIES)}]\n"
    (policies / "policy-set.yaml").write_text(f"version: 1\nregion: ae-ad-1\npolicies:\n{listed}{bound}")
    file = folder / "gateway.toml"
    file.write_text(_SETTINGS.format(policies=policies))
    return file

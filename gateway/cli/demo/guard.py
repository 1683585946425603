"""The policies of the demo: two roles, and a development token for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.stores.credential_files import add_dev_token

READ = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:get", "evs:*:list"]}]}
ALL = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*"]}]}
POLICY_SET = """version: 1
region: ae-ad-1
policies:
  - file: read.json
  - file: all.json
bindings:
  - match: {role: reader}
    policies: [read]
  - match: {role: operator}
    policies: [all]
"""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A settings file with identity and policies, and a token by role."""

    file: Path
    tokens: Mapping[str, str]


def guarded(folder: Path, project: str) -> Guarded:
    """Write policies, development tokens and the settings that name them into a folder."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "policy-set.yaml").write_text(POLICY_SET)
    for name, document in (("read", READ), ("all", ALL)):
        (policies / f"{name}.json").write_text(json.dumps(document))
    file = folder / "dev-tokens.toml"
    tokens = {
        role: add_dev_token(file, role, {"project_id": project, "user_name": role, "roles": [role]})
        for role in ("reader", "operator")
    }
    upstream = folder / "upstream.token"
    upstream.write_text("simulator-token")
    upstream.chmod(0o600)
    settings = folder / "demo.toml"
    settings.write_text(
        f'[policies]\npath = "{policies}"\n'
        f'[identity]\naccept = ["dev"]\ndev_tokens_file = "{file}"\nupstream_token_file = "{upstream}"\n'
    )
    return Guarded(settings, tokens)

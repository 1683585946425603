"""Decisions a second under load: requests that policies deny, with tokens whose owner the IAM has told already.

Nothing goes upstream, so what is measured is listening, admitting, identifying, the token cache, validation, the
decision, the refusal and its line in the log. Run with `python -m benchmarks.decisions`; needs wrk.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from gateway.cli.demo.processes import running

PROJECT = "5ea5e5ea5e5ea5e5ea5e5ea5e5ea5e5e"
SECONDS = 4
READ = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:volumes:list"]}]}
OTHER = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:snapshots:get"]}]}
PORTS = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")


def policies(folder: Path, count: int) -> Path:
    """Write a set of so many policies; all are bound to everybody, and none allows to show a disk."""
    folder.mkdir()
    names = [f"p{number}" for number in range(count)]
    for number, name in enumerate(names):
        (folder / f"{name}.json").write_text(json.dumps(OTHER if number else READ))
    listed = "".join(f"- file: {name}.json\n" for name in names)
    bound = f"bindings:\n- match: {{user_name: '*'}}\n  policies: [{', '.join(names)}]\n"
    (folder / "policy-set.yaml").write_text(f"version: 1\nregion: r1\npolicies:\n{listed}{bound}")
    return folder


def token_of(iam: str) -> str:
    """Sign in at the simulated IAM."""
    user = {"name": "bench", "password": "x", "domain": {"name": "bench"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = json.dumps({"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}).encode()
    request = urllib.request.Request(f"{iam}/v3/auth/tokens", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return str(answer.headers["X-Subject-Token"])


def per_second(url: str, token: str) -> tuple[float, int]:
    """Return the answers a second and how many were refusals of a policy's kind (not 2xx)."""
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "-H", f"X-Auth-Token: {token}", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert rate is not None, told
    return float(rate[1]), int(refused[1]) if refused else 0


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(folder / "cloud.log", "simulate", "--listen", "127.0.0.1:0") as cloud:
            settings = folder / "s.toml"
            settings.write_text('[identity]\naccept = ["token"]\n')
            token = token_of(cloud.address)
            for count in (4, 200):
                chosen = ("--policies", str(policies(folder / f"set-{count}", count)))
                ups = ("--upstream", cloud.address, "--iam-upstream", cloud.address, "--config", str(settings))
                with running(folder / f"{count}.log", "serve", *PORTS, *ups, *chosen) as gateway:
                    url = f"{gateway.address}/v2/{PROJECT}/volumes/5aa119a8-d25b-45a7-8d1b-88e127885635"
                    per_second(url, token)
                    rate, refused = per_second(url, token)
                    print(f"{count} policies: {rate:,.0f} decisions a second, {refused} denials")


if __name__ == "__main__":
    main()

"""What one decision costs, with 4 policies and with 200 of which the same principal has all.

Run as `python -m benchmarks.policy`. Prints a row a request: microseconds of processor time, the best of many short
rounds, as the best round is the one that the rest of the machine disturbed least. Targets: 20 µs with 4 policies, 60 µs
with 200.
"""

from __future__ import annotations

import json
import time
import timeit
from collections.abc import Iterator
from typing import Any

from benchmarks.validation import Row
from gateway.access.facts import Facts
from gateway.access.folder import Folder, read_policy_set
from gateway.access.policy_set import PolicySet
from gateway.access.principals import AuthMethod, Principal
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match

_ROUNDS = 80
_TIMES = 200
_FEW_US = 20
_MANY_US = 60

PROJECT = "9e179fd535e44f19a9dabb36deadf47e"
ALICE = Principal(
    user_id="u1",
    user_name="alice",
    domain_id="d1",
    domain_name="acme",
    project_id=PROJECT,
    roles=("member",),
    auth_method=AuthMethod.TOKEN,
)
FACTS = Facts(
    1_772_539_200.0, "10.20.0.7", {"status": "available", "size": 40, "type": "SSD", "metadata": {"env": "test"}}
)

_FULL = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*", "ims:images:get"]}]}
_KINDS = ("volumes:attach", "volumes:update", "snapshots:create", "transfers:accept", "types:get", "volumes:extend")


def _denying(actions: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "5.0", "Statement": [{"Effect": "Deny", "Action": actions, "Condition": condition}]}


def _documents(count: int) -> dict[str, dict[str, Any]]:
    """Return four policies as the worked examples have them, and as many more about other things as it takes."""
    found = {
        "full": _FULL,
        "sizes": _denying(["evs:volumes:create"], {"NumberGreaterThan": {"gw:RequestTotalSize": "2000"}}),
        "production": _denying(["evs:volumes:delete"], {"StringEquals": {"gw:TargetMetadata/env": "prod"}}),
        "office": _denying(["evs:volumes:c*"], {"NotIpAddress": {"g:SourceIp": ["10.20.0.0/16", "192.0.2.0/24"]}}),
    }
    for at in range(count - len(found)):
        resource = f"evs:*:*:*:{at}"
        statement = {"Effect": "Allow", "Action": [f"evs:{_KINDS[at % len(_KINDS)]}"], "Resource": resource}
        found[f"more-{at}"] = {"Version": "5.0", "Statement": [statement]}
    return found


def policies(count: int) -> PolicySet:
    """Return a set of so many policies, of which the principal has all."""
    documents = _documents(count)
    text = {
        "version": "1",
        "region": "ae-ad-1",
        "policies": [{"file": f"{name}.json"} for name in documents],
        "bindings": [{"match": {"user_id": "u1"}, "policies": list(documents)}],
    }
    files = {f"{name}.json": json.dumps(document).encode() for name, document in documents.items()}
    return read_policy_set(Folder(json.dumps(text).encode(), files))


def request(method: str, path: str, body: JsonValue = None) -> Match:
    found = CATALOGUE.identify(method, f"/v2/{PROJECT}/{path}".encode(), b"", body)
    assert isinstance(found, Match)
    return found


REQUESTS: dict[str, Match] = {
    "create a disk": request(
        "POST", "volumes", {"volume": {"availability_zone": "az", "volume_type": "SSD", "size": 40}}
    ),
    "delete a disk": request("DELETE", "volumes/5aa119a8-d25b-45a7-8d1b-88e127885635"),
    "list disks": request("GET", "volumes/detail"),
}


def rows(rounds: int = _ROUNDS, times: int = _TIMES) -> Iterator[Row]:
    """Yield what a decision costs."""
    for count, target_us in ((4, _FEW_US), (200, _MANY_US)):
        held = policies(count)
        for name, match in REQUESTS.items():
            assert held.decide(ALICE, match, FACTS).allowed
            measured = timeit.repeat(
                lambda held=held, match=match: held.decide(ALICE, match, FACTS),  # type: ignore[misc]
                timer=time.process_time,
                repeat=rounds,
                number=times,
            )
            yield Row(f"decide with {count} policies: {name}", min(measured) / times * 1e6, target_us)


def main() -> None:
    for row in rows():
        print(row)


if __name__ == "__main__":
    main()

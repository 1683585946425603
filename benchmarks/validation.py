"""What admission and validation of one request cost in one process, beside pydantic reading the same model bare.

Run as `python -m benchmarks.validation`. Prints a row a request: microseconds of processor time, the best of many
short rounds, as the best round is the one that the rest of the machine disturbed least. Targets: a create of 300 bytes
below 40 µs, a body-less GET no more than 10 µs.
"""

from __future__ import annotations

import json
import time
import timeit
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match
from gateway.http.admission import Admitted, admit
from gateway.http.messages import Request
from gateway.validation import validate

_ROUNDS = 80
_TIMES = 500
_HEADERS = (
    (b"host", b"127.0.0.1:8776"),
    (b"user-agent", b"python-cinderclient"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
    (b"x-auth-token", b"t" * 2000),
)
_DISK = {
    "availability_zone": "ae-ad-1a",
    "volume_type": "SSD",
    "size": 40,
    "name": "database-" + "x" * 60,
    "description": "a disk for the benchmark, " + "y" * 44,
    "multiattach": False,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measured piece of work, in microseconds a request, and its bound where it has one."""

    name: str
    cost_us: float
    target_us: float | None = None

    def __str__(self) -> str:
        target = "" if self.target_us is None else f"  (target {self.target_us:.0f})"
        return f"{self.cost_us:8.2f} µs  {self.name}{target}"


def create() -> Request:
    """Return the creation of a disk in 300 bytes, metadata included."""
    disk: dict[str, Any] = {**_DISK, "metadata": {"owner": ""}}
    short = len(json.dumps({"volume": disk}))
    disk["metadata"]["owner"] = "z" * (300 - short)
    body = json.dumps({"volume": disk}).encode()
    headers = (*_HEADERS, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()))
    return Request("POST", b"/v2/9e179fd535e44f19a9dabb36deadf47e/volumes", headers, body)


def show() -> Request:
    """Return the query of a disk."""
    target = b"/v2/9e179fd535e44f19a9dabb36deadf47e/volumes/5aa119a8-d25b-45a7-8d1b-88e127885635"
    return Request("GET", target, _HEADERS)


def judge(request: Request) -> Match:
    """Admit, identify and validate a request that is as documented."""
    admitted = admit(request)
    assert isinstance(admitted, Admitted), admitted
    match = CATALOGUE.identify(request.method, request.path, request.query, admitted.body)
    assert isinstance(match, Match)
    findings = validate(match, admitted.has_body, admitted.request.headers)
    assert findings == (), findings
    return match


def rows(rounds: int = _ROUNDS, times: int = _TIMES) -> Iterator[Row]:
    """Yield what each piece costs."""
    creation, query = create(), show()
    model = CATALOGUE.by_id["cinder_create_volume"].request
    assert model is not None
    match = judge(creation)

    def cost_us(work: Callable[[], object]) -> float:
        return min(timeit.repeat(work, timer=time.process_time, repeat=rounds, number=times)) / times * 1e6

    size = len(creation.body)
    yield Row(f"create ({size} bytes): admit, identify and validate", cost_us(lambda: judge(creation)), 40)
    yield Row("  of that: admit", cost_us(lambda: admit(creation)))
    yield Row("  of that: validate", cost_us(lambda: validate(match, True, creation.headers)))
    yield Row("  beside: bare pydantic, model_validate_json", cost_us(lambda: model.model_validate_json(creation.body)))
    yield Row("GET without a body: admit, identify and validate", cost_us(lambda: judge(query)), 10)


def main() -> None:
    for row in rows():
        print(row)


if __name__ == "__main__":
    main()

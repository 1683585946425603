"""What the audit trail costs a request in one process: its records made, redacted, hashed and written.

Run as `python -m benchmarks.audit`. Prints a row a request: microseconds of processor time, the best of many short
rounds. Target: below 30 µs a request. A write that is not recorded into a cassette costs more: its body is redacted for
the trail alone.
"""

from __future__ import annotations

import tempfile
import time
import timeit
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

from benchmarks.validation import Row, create, show
from gateway.audit.anchors import Signer
from gateway.audit.chain import linked
from gateway.audit.levels import Levels
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.drafting.drafter import Drafter
from gateway.fronts.trail import Terms, Trail
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import PASSTHROUGH, RECORD, Mode
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Ending, Forward
from gateway.stores.audit_files import AuditFiles

_ROUNDS = 60
_TIMES = 500
_TARGET_US = 30
_AT = 1_800_000_000.0
_ANSWER = Response(200, ((b"content-type", b"application/json"),), b'{"volume": {"id": "5aa119a8"}}')


def ending_of(pipeline: Pipeline, request: Request) -> Ending:
    """Return how a request ended that the cloud answered."""
    forward = pipeline.on_request(request, _AT)
    assert isinstance(forward, Forward), forward
    reply = pipeline.on_outcome(forward, _ANSWER, _AT + 0.01)
    return Ending(request, reply, reply.response, forward, _ANSWER, _AT, 0.01, 0.008, given_id="minted")


def run(work: Coroutine[Any, Any, Any]) -> None:
    """Run what waits for nothing to its end."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("this waits for nothing")


def rows(rounds: int = _ROUNDS, times: int = _TIMES) -> Iterator[Row]:
    """Yield what each piece costs."""
    redactor = Redactor(bytes(32))

    def piped(mode: Mode) -> Pipeline:
        return Pipeline(CATALOGUE, Rules(mode=mode), redactor, Links(()))

    query, creation = ending_of(piped(PASSTHROUGH), show()), ending_of(piped(PASSTHROUGH), create())
    recorded = ending_of(piped(RECORD), create())
    forward = creation.forward
    assert forward is not None, "a creation is sent"
    drafter = Drafter(redactor, Levels())
    record = drafter.complete("id", query)
    assert record is not None, "a query is recorded"

    def cost_us(work: Callable[[], object]) -> float:
        return min(timeit.repeat(work, timer=time.process_time, repeat=rounds, number=times)) / times * 1e6

    with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as folder:
        files = AuditFiles(Path(folder), "gw")
        trail = Trail(files, drafter, Signer(bytes(32)), lambda _: None, lambda: _AT, Terms())
        yield Row("query: one record", cost_us(lambda: run(trail.complete("id", query))), _TARGET_US)
        yield Row("  of that: made and redacted", cost_us(lambda: drafter.complete("id", query)))
        yield Row("  of that: canonical and hashed", cost_us(lambda: linked("gw", files.head, record)))
        yield Row("  of that: all but made", cost_us(lambda: files.append(record)))
        yield Row(
            "creation: its note before it is sent", cost_us(lambda: run(trail.received("id", forward))), _TARGET_US
        )
        yield Row("creation: its end, redacted for it", cost_us(lambda: run(trail.complete("id", creation))))
        yield Row(
            "creation: its end, recorded anyway", cost_us(lambda: run(trail.complete("id", recorded))), _TARGET_US
        )
        files.close()


def main() -> None:
    for row in rows():
        print(row)


if __name__ == "__main__":
    main()

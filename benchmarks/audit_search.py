"""What reading a large audit trail costs: drawing its index, a page of each kind of search, and verifying it.

Run as `python -m benchmarks.audit_search`; a million records take some three minutes and 2.5 GB of disk; `--records`
and `--keep` spare that. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from gateway.audit.entries import Term
from gateway.audit.search import Page, Query, spoken
from gateway.contract.model import JsonObject
from gateway.stores.audit_files import AuditFiles
from gateway.stores.audit_index import AuditIndex
from gateway.stores.audit_reading import judged

Result = TypeVar("Result")

RECORDS = 1_000_000
ROUNDS = 20
NEWEST = Page()
_CHAIN = "gw-bench-0"
_PROJECT = "40acc331ac784f34842ba4f08ff2be48"
_BEGUN_MS = 1_700_000_000_000
_CALLS = (
    ("GET", "cinder_list_volumes", "evs:volumes:list"),
    ("GET", "cinder_show_volume", "evs:volumes:get"),
    ("POST", "cinder_create_volume", "evs:volumes:create"),
    ("DELETE", "cinder_delete_volume", "evs:volumes:delete"),
)
_ENDS: tuple[Term, ...] = (("stage", "complete"), ("stage", "aborted"), ("stage", "admin"), ("stage", "gap"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of search."""

    name: str
    query: Query
    page: Page = NEWEST


def record(number: int) -> JsonObject:
    """Return a request of one of fifty users: every 97th is denied, every 1009th fails."""
    method, operation, action = _CALLS[number % 4]
    disk = disk_id(number % 5000)
    verdict = "allow" if number % 97 else "deny"
    status = 403 if verdict == "deny" else 200 if number % 1009 else 500
    end_ms = _BEGUN_MS + number * 10
    return {
        "stage": "complete",
        "id": f"{number:032x}",
        "ts_ms": end_ms,
        "recv_ms": end_ms - 5,
        "from": {"ip": f"10.0.{number % 7}.{number % 200}", "port": 4000 + number % 1000, "ua": "openstacksdk/4.0"},
        "who": {"user_id": f"{number % 50:032x}", "user_name": f"user-{number % 50}", "roles": ["evs_adm"]},
        "what": {
            "method": method,
            "target": f"/v2/{_PROJECT}/volumes/{disk}",
            "operation": operation,
            "family": "cinder",
            "project": _PROJECT,
            "resources": [disk],
        },
        "decision": {
            "decision": verdict,
            "kind": "allow",
            "action": action,
            "required": [action],
            "statements": ["p/1"],
        },
        "validation": [],
        "mode": "passthrough",
        "scope": "",
        "upstream": {"service": "evs", "us": 2500, "status": 200},
        "outcome": {"status": status, "origin": "cloud", "us": 3000 + number % 5000, "bytes_in": 0, "bytes_out": 800},
        "body": {"level": "metadata"},
        "redactions": ["header:x-auth-token"],
    }


def disk_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def searches(records: int) -> Iterator[Asked]:
    """Yield what is asked for: common and rare, alone and together, found and not."""
    principal: Term = ("principal", "user-7")
    writes: Term = ("operation", "cinder_delete_volume")
    yield Asked("the newest", Query(_ENDS))
    yield Asked("a page from the middle", Query(_ENDS), Page(before=(_BEGUN_MS + records * 5) << 21))
    yield Asked("one of 50 principals", Query((*_ENDS, principal)))
    yield Asked("principal, operation and denied", Query((*_ENDS, principal, writes, ("decision", "deny"))))
    yield Asked("two that exclude each other", Query((*_ENDS, ("method", "POST"), writes)))
    yield Asked("status 5xx", Query((*_ENDS, ("status", "5xx"))))
    yield Asked("one disk", Query((*_ENDS, ("resource", disk_id(77)))))
    yield Asked("a word in all records", Query(_ENDS, spoken(["openstacksdk"])))
    yield Asked("that word and status 5xx", Query((*_ENDS, ("status", "5xx")), spoken(["openstacksdk"])))
    yield Asked("two words and denied", Query((*_ENDS, ("decision", "deny")), spoken(["openstacksdk user-7"])))
    yield Asked("a word in no record", Query(_ENDS, spoken(["nowhere"])))
    yield Asked("a minute of one principal", Query((*_ENDS, principal), frozenset(), _BEGUN_MS, _BEGUN_MS + 60_000))
    yield Asked("one request id", Query((("id", f"{records // 2:032x}"),)))


def write(folder: Path, records: int) -> None:
    """Write a trail in files of the usual size."""
    files = AuditFiles(folder, _CHAIN)
    for number in range(records):
        files.append(record(number))
    files.close()


def measure(folder: Path, records: int) -> Iterator[tuple[str, str]]:
    """Yield the rows of the table."""
    with AuditIndex(folder) as index:
        drawn, took_s = _timed(index.catch_up)
        if drawn:
            yield "drawing the index", f"{took_s:.0f} s, {drawn / took_s:,.0f} records/s"
        for asked in searches(records):
            times = [_timed(partial(index.find, asked.query, asked.page)) for _ in range(ROUNDS)]
            found = len(times[0][0])
            yield f"page: {asked.name}", f"{_ms(times)} ({found} records)"
    verdict, took_s = _timed(lambda: judged(folder, _CHAIN, (), None))
    assert verdict.is_whole
    yield "verifying", f"{took_s:.0f} s, {verdict.records / took_s:,.0f} records/s"


def _ms(times: Iterable[tuple[object, float]]) -> str:
    took = sorted(took_s * 1000 for _, took_s in times)
    return f"{statistics.median(took):.1f} ms, at most {took[-1]:.1f}"


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--keep", type=Path, help="a folder for the trail, which is used again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = chosen.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob("*.jsonl")):
            print(f"writing {chosen.records:,} records", file=sys.stderr)
            write(folder, chosen.records)
        size = sum(path.stat().st_size for path in folder.glob("*.jsonl"))
        print(f"| {chosen.records:,} records, {size / 1e9:.1f} GB | |\n| --- | --- |")
        for name, figure in measure(folder, chosen.records):
            print(f"| {name} | {figure} |", flush=True)


if __name__ == "__main__":
    main()

"""What the page costs over a large audit trail: each view over HTTP, as a browser asks for it.

Run as `python -m benchmarks.inspector`; a million records take some minutes and 3 GB of disk, of which `--keep` spares
the second run. `python -m benchmarks.tail` measures what those who follow cost. Prints a Markdown table: the first
time is from a process that has just begun, the others are the median and the worst of several.
"""

from __future__ import annotations

import argparse
import http.client
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Self

from benchmarks.audit_search import RECORDS, write
from benchmarks.failures import CannotMeasureError
from benchmarks.inspected import serving
from gateway.stores.audit_index import AuditIndex

ROUNDS = 20
LIST = "/inspector/"
_NOWHERE = "http://127.0.0.1:9"
_NEXT = re.compile(r'<a\b[^>]*\brel="next"[^>]*\bhref="([^"]+)"|<a\b[^>]*\bhref="([^"]+)"[^>]*\brel="next"')
# Not the core of a browser or a load: there is none here.
_CORE = 0


@dataclass(frozen=True, slots=True)
class View:
    """A view and how long it may take. `target_ms`: for each look, also the first one."""

    name: str
    path: str
    target_ms: int


def views(next_page: str) -> Iterator[View]:
    """Yield what is looked at."""
    yield View("the first view", LIST, 300)
    yield View("the next page", next_page, 100)
    yield View("a facet: one of 50 principals", f"{LIST}?principal=user-7", 300)
    yield View("a facet: denied", f"{LIST}?decision=deny", 300)
    yield View("two facets", f"{LIST}?principal=user-7&decision=deny", 300)
    yield View("a word", f"{LIST}?words=openstacksdk", 300)
    yield View("charts", "/inspector/charts.json", 100)
    yield View("charts of a facet", "/inspector/charts.json?principal=user-7", 100)
    yield View("the permission matrix", "/inspector/permissions", 100)


@dataclass(frozen=True, slots=True)
class Looked:
    """How long a view took: at first and after."""

    view: View
    first_ms: float
    after_ms: tuple[float, ...]

    def __str__(self) -> str:
        worst, usual = max(self.after_ms), statistics.median(self.after_ms)
        name, target = self.view.name, self.view.target_ms
        return f"| {name} | {self.first_ms:.0f} | {usual:.1f} | {worst:.1f} | {target} |"


class Browser:
    """One connection to the page, open while a `with` block lasts."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def get(self, path: str) -> bytes:
        """Errors: CannotMeasureError for anything but 200."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise CannotMeasureError(f"{path} is answered {answer.status}: {body[:200]!r}")
        return body

    def took_ms(self, path: str) -> float:
        begun = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - begun) * 1000


def measured(folder: Path, trail: Path, rounds: int) -> Iterator[Looked]:
    """Return what every view costs."""
    with serving(folder, trail, _NOWHERE, _CORE) as gateway, Browser(gateway.admin) as browser:
        next_page = next_of(browser.get(LIST))
    return measure(folder, trail, rounds, views(next_page))


def measure(folder: Path, trail: Path, rounds: int, looks: Iterable[View]) -> Iterator[Looked]:
    """Yield what views cost, each at first in a process that has just begun."""
    for view in looks:
        with serving(folder, trail, _NOWHERE, _CORE) as gateway, Browser(gateway.admin) as browser:
            browser.get("/healthz")
            first_ms = browser.took_ms(view.path)
            yield Looked(view, first_ms, tuple(browser.took_ms(view.path) for _ in range(rounds)))


def next_of(page: bytes) -> str:
    """Return where a list goes on. Errors: CannotMeasureError when it does not."""
    found = _NEXT.search(page.decode())
    if found is None:
        raise CannotMeasureError("the list has no next page")
    link = unescape(found[1] or found[2])
    return link if link.startswith("/") else LIST + link


def drawn(trail: Path, records: int) -> str:
    """Write the trail unless it is there, draw its index, and return what that took."""
    trail.mkdir(parents=True, exist_ok=True)
    if not any(trail.glob("*.jsonl")):
        print(f"writing {records:,} records", file=sys.stderr)
        write(trail, records)
    begun = time.perf_counter()
    with AuditIndex(trail) as index:
        new = index.catch_up()
    took_s = time.perf_counter() - begun
    return f"{new:,} records drawn into the index in {took_s:.0f} s" if new else "the index was drawn before"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="a folder for the trail, which is used again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as name:
        folder = Path(name)
        trail = (chosen.keep or folder / "trail").resolve()
        print(f"{chosen.records:,} records; {drawn(trail, chosen.records)}", file=sys.stderr)
        print("| view | first, ms | then, ms | at most, ms | target, ms |\n| --- | --- | --- | --- | --- |")
        for looked in measured(folder, trail, chosen.rounds):
            print(looked, flush=True)


if __name__ == "__main__":
    main()

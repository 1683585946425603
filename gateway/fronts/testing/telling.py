"""What is said under a failed test about the requests its cassette had no answer for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gateway.fronts.testing.handle import Report

MOST_MISSES = 5


def told(misses: Sequence[Report], cassette: object, test: str) -> str:
    """Return the text about all misses of a test; those after the fifth are only counted."""
    count = "1 request" if len(misses) == 1 else f"{len(misses)} requests"
    lines = [f"{count} had no answer in {cassette}:"]
    for report in misses[:MOST_MISSES]:
        lines += ["", *_report(report)]
    if len(misses) > MOST_MISSES:
        lines += ["", f"and {len(misses) - MOST_MISSES} more"]
    return "\n".join([*lines, "", how_to_record(test)])


def how_to_record(test: str) -> str:
    """Return how a test is recorded."""
    return (
        f"to record what is missing:  pytest --evs-record-mode=new_episodes --evs-upstream URL '{test}'\n"
        f"to record all of it anew:   pytest --evs-record-mode=rewrite --evs-upstream URL '{test}'"
    )


def _report(report: Report) -> Iterator[str]:
    yield f"{report.get('operation')}: {report.get('kind')}"
    yield f"  {report.get('message')}"
    request = report.get("request") or {}
    yield from (f"    {field} = {value}" for field, value in request.items())
    yield from _nearest(report.get("nearest") or ())
    if report.get("recorded_writes_unused"):
        yield f"  recorded writes not made yet: {report['recorded_writes_unused']}"


def _nearest(nearest: Iterable[dict[str, Any]]) -> Iterator[str]:
    for near in nearest:
        yield f"  nearest: exchange {near.get('seq')}, answered {near.get('status')}"
        for difference in near.get("differences", ()):
            field, asked, kept = (difference.get(word) for word in ("field", "request has", "cassette has"))
            yield f"    {field}: request has {asked}, cassette has {kept}"

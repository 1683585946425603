"""What is said of a test about its cassette: which requests had no answer, and what of it was not used. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.fronts.testing.handle import Report

MOST_MISSES = 5


def told(report: Report, cassette: object, test: str) -> str:
    """Return the text about all misses of a test; those after the fifth are only counted."""
    misses, count = report["misses"], report["miss_count"]
    lines = [f"{_requests(count)} had no answer in {cassette}:"]
    for miss in misses[:MOST_MISSES]:
        lines += ["", *_report(miss)]
    if count > MOST_MISSES:
        lines += ["", f"and {count - MOST_MISSES} more"]
    return "\n".join([*lines, "", how_to_record(test)])


def left(report: Report, cassette: object, test: str) -> str:
    """Return the text about what a test did not use of its cassette."""
    from gateway.cassette.telling import unused

    count = report["used_count"] + report["unused_count"]
    lines = [f"{report['unused_count']} of {count} recorded exchanges in {cassette} were not used:", *unused(report)]
    return "\n".join([*lines, "", how_to_record(test)])


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


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

"""Report changes nothing and finds everything: the same thousands of requests through all levels of validation.

The requests are those of the case table, good and bad ones; the cloud is one answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.http.messages import Request, Response
from gateway.modes import RECORD, Level
from gateway.pipeline import Pipeline, Rules, said
from gateway.seams import Forward, Reply
from gateway.validation import Finding, Severity
from tests.cases.requests import plain, put
from tests.cases.test_cases import CASES
from tests.test_pipeline import answer, pipeline

ANSWER = answer(200, {"volumes": []})


def requests() -> Iterator[Request]:
    """Yield every request of the case table that can be written down as HTTP."""
    for case in CASES:
        for value in (*case.accepted, *case.refused):
            draft = plain(case.operation)
            for place, each in case.beside.items():
                put(draft, place, each)
            put(draft, case.at, value)
            yield draft.request()


REQUESTS = list(requests())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the answer, what is kept, and what validation found."""

    response: Response
    kept: tuple[str, ...] | None
    findings: tuple[Finding, ...]


def outcome(core: Pipeline, request: Request) -> Outcome:
    decided = core.on_request(request, 1.0)
    assert isinstance(decided, (Reply, Forward))
    reply = core.on_outcome(decided, ANSWER, 1.1) if isinstance(decided, Forward) else decided
    arrival = reply.arrival
    return Outcome(
        reply.response,
        reply.exchange.findings if reply.exchange else None,
        arrival.findings if arrival else (),
    )


def through(level: Level) -> list[Outcome]:
    core = pipeline(Rules(RECORD, validation=level))
    return [outcome(core, request) for request in REQUESTS]


def test_report_answers_as_off_and_finds_as_enforce() -> None:
    assert len(REQUESTS) > 1000
    enforced, reported, off = through(Level.ENFORCE), through(Level.REPORT), through(Level.OFF)
    assert [each.response for each in reported] == [each.response for each in off]
    assert [each.findings for each in reported] == [each.findings for each in enforced]
    assert all(each.findings == () for each in off)
    refused = [each for each in enforced if any(one.severity is Severity.REJECT for one in each.findings)]
    assert len(refused) > 900
    assert all(each.response.status >= 400 and each.kept is None for each in refused)
    kept = [each for each in reported if each.kept is not None]
    assert len(kept) > 1000
    assert all(each.kept == said(each.findings) for each in kept)

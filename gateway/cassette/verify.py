"""A recording held against the contract, without a network: what a change of the reference breaks, what never fitted.

Knows neither the rules of requests nor the documented answers: both judges come in as functions. What this module
decides is what their words mean for a recording. A request that both the contract and the cloud refused is agreement;
one that only the contract refuses is a drift. What redaction removed is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.cassette.foreign import lifelike
from gateway.cassette.redaction import WITHHELD
from gateway.cassette.taint import is_placeholder
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match, Severity
from gateway.http.admission import Admitted, Inadmissible, admit
from gateway.http.messages import Headers, Response

_INDEX = re.compile(r"(?<=/)\d+(?=/|$)")
_REFUSED = 400


class Weight(StrEnum):
    """How much a remark weighs: `warn` is a drift, `info` is good to know."""

    WARN = "warn"
    INFO = "info"


class Part(StrEnum):
    REQUEST = "request"
    ANSWER = "answer"


class Found(Protocol):
    """What validation has to say about a request."""

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def where(self) -> str: ...
    @property
    def limit(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def source(self) -> str: ...


class Differs(Protocol):
    """What the comparison with the documented answer has to say; `severity` is `warn` or `info`."""

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def source(self) -> str: ...


RequestJudge = Callable[[Match, bool, Headers], Iterable[Found]]
AnswerJudge = Callable[[Match, Response], Iterable[Differs]]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about an exchange that is not as the contract has it. `where`, `expected` and `found` are those of the
    judge and hold no value of an answer."""

    seq: int
    operation: str
    part: Part
    weight: Weight
    rule: str
    where: str
    expected: str
    found: str
    source: str

    @property
    def kind(self) -> tuple[str, ...]:
        """What makes two remarks of different exchanges the same: all but the place in a list."""
        return self.operation, self.part, self.rule, _INDEX.sub("*", self.where), self.expected, self.found


@dataclass(slots=True)
class Tally:
    """The remarks of a recording, each kind once: the first of it, and in how many exchanges it was made."""

    exchanges: int = 0
    first: dict[tuple[str, ...], Remark] = field(default_factory=dict)
    count: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, remarks: Iterable[Remark]) -> None:
        """Count the remarks of one exchange."""
        self.exchanges += 1
        for remark in {each.kind: each for each in remarks}.values():
            self.first.setdefault(remark.kind, remark)
            self.count[remark.kind] = self.count.get(remark.kind, 0) + 1

    @property
    def has_drifted(self) -> bool:
        return any(remark.weight is Weight.WARN for remark in self.first.values())


def verify(exchanges: Iterable[Exchange], judge_request: RequestJudge, judge_answer: AnswerJudge) -> Tally:
    """Return what the contract has against a recording."""
    tally = Tally()
    for exchange in lifelike(exchanges):
        tally.add(_remarks(exchange, judge_request, judge_answer))
    return tally


def _remarks(exchange: Exchange, judge_request: RequestJudge, judge_answer: AnswerJudge) -> Iterator[Remark]:
    admitted = admit(exchange.request)
    if isinstance(admitted, Inadmissible):
        yield _undocumented(exchange, "inadmissible", admitted.message)
        return
    request = exchange.request
    match = CATALOGUE.identify(request.method, request.path, request.query, admitted.body)
    if not isinstance(match, Match):
        yield _undocumented(exchange, "undocumented", "an operation outside of it")
        return
    if match.operation.id != exchange.operation:
        yield _operation(exchange, match)
    exchange = replace(exchange, operation=match.operation.id)
    yield from _of_request(exchange, match, admitted, judge_request)
    yield from _of_answer(exchange, match, judge_answer)


def _undocumented(exchange: Exchange, rule: str, found: str) -> Remark:
    """Return the remark on a request outside the contract: a drift when it was inside at its recording."""
    weight = Weight.INFO if exchange.operation == UNDOCUMENTED else Weight.WARN
    return Remark(
        exchange.seq, exchange.operation, Part.REQUEST, weight, rule, "request", "a documented operation", found, ""
    )


def _operation(exchange: Exchange, match: Match) -> Remark:
    return Remark(
        exchange.seq,
        exchange.operation,
        Part.REQUEST,
        Weight.INFO if exchange.operation == UNDOCUMENTED else Weight.WARN,
        "operation",
        "request",
        exchange.operation,
        match.operation.id,
        match.operation.section,
    )


def _of_request(exchange: Exchange, match: Match, admitted: Admitted, judge: RequestJudge) -> Iterator[Remark]:
    for each in judge(match, admitted.has_body, admitted.request.headers):
        is_refusal = each.severity is Severity.REJECT
        if (is_refusal and exchange.response.status >= _REFUSED) or _is_redacted(admitted.body, each.where):
            continue
        weight = Weight.WARN if is_refusal else Weight.INFO
        yield Remark(
            exchange.seq,
            exchange.operation,
            Part.REQUEST,
            weight,
            each.rule,
            each.where,
            each.limit,
            each.found,
            each.source,
        )


def _of_answer(exchange: Exchange, match: Match, judge: AnswerJudge) -> Iterator[Remark]:
    if WITHHELD in exchange.redactions and not exchange.response.body:
        return
    for each in judge(match, exchange.response):
        yield Remark(
            exchange.seq,
            exchange.operation,
            Part.ANSWER,
            Weight(each.severity),
            each.rule,
            each.where,
            each.expected,
            each.found,
            each.source,
        )


def _is_redacted(body: JsonValue, where: str) -> bool:
    """True when a placeholder stands at the place of a finding."""
    value = body
    for step in where.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return isinstance(value, str) and is_placeholder(value.encode("utf-8", "surrogatepass"))

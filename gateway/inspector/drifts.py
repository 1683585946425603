"""How the live service departs from a recording, and a recording from the reference: each kind once, with a count.

The first is read from audit records of requests that were held against a cassette, the second from the exchanges of a
cassette. Values are in neither, but where the operator asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.audit.entries import table_of
from gateway.audit.telling import moment
from gateway.cassette.exchange import Exchange
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, Match
from gateway.drift import compare
from gateway.http.strict_json import Json, parse

_ORDER = ("error", "warn", "info")


@dataclass(frozen=True, slots=True)
class Kind:
    """A way in which answers of an operation depart. `source` is the section of the reference, where it knows one."""

    operation: str
    severity: str
    rule: str
    where: str
    expected: str
    found: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """A kind with how many answers had it; of the newest, the time and the request's id, or the recorded exchange."""

    kind: Kind
    answers: int
    last: str = ""
    id: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What was held against something: how many answers, and what was found, the heaviest first."""

    answers: int
    drifts: tuple[Drift, ...]


def from_recording(records: Iterable[JsonObject]) -> Held:
    """Return how live answers depart from a recording; of records the newest come first."""
    found: dict[Kind, Drift] = {}
    answers = 0
    for record in records:
        if "compared" in record:
            answers += 1
            for kind, drift in _told(record):
                found[kind] = _more(found.get(kind, drift), kind in found)
    return Held(answers, _sorted(found.values()))


def from_reference(exchanges: Iterable[Exchange]) -> Held:
    """Return how recorded answers depart from the documented ones. Undocumented requests are held against nothing."""
    found: dict[Kind, Drift] = {}
    answers = 0
    for exchange in exchanges:
        match = _match(exchange)
        if match is not None:
            answers += 1
            for each in compare(match, exchange.response):
                kind = Kind(
                    exchange.operation,
                    each.severity.value,
                    each.rule,
                    each.where,
                    each.expected,
                    each.found,
                    each.source,
                )
                found[kind] = _more(found.get(kind, Drift(kind, 1, seq=exchange.seq)), kind in found)
    return Held(answers, _sorted(found.values()))


def _told(record: JsonObject) -> Iterator[tuple[Kind, Drift]]:
    compared, operation = table_of(record.get("compared")), str(table_of(record.get("what")).get("operation") or "")
    departures, seq = compared.get("departures"), compared.get("seq")
    for each in map(table_of, departures if isinstance(departures, list) else ()):
        words = (str(each.get(name) or "") for name in ("severity", "rule", "where", "recorded", "live"))
        kind = Kind(operation, *words)
        number = seq if isinstance(seq, int) else 0
        yield kind, Drift(kind, 1, moment(record.get("ts_ms")), str(record.get("id") or ""), number)


def _match(exchange: Exchange) -> Match | None:
    request = exchange.request
    body = parse(request.body) if request.body else None
    value = body.value if isinstance(body, Json) else None
    match = CATALOGUE.identify(request.method, request.path, request.query, value)
    return match if isinstance(match, Match) else None


def _more(drift: Drift, is_known: bool) -> Drift:
    return replace(drift, answers=drift.answers + is_known)


def _sorted(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    def weight(drift: Drift) -> tuple[int, int]:
        severity = drift.kind.severity
        return _ORDER.index(severity) if severity in _ORDER else len(_ORDER), -drift.answers

    return tuple(sorted(drifts, key=weight))

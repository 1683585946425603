"""The plain facts of an exchange, as pairs of what and which: of its request, and of its answer."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.audit.entries import table_of, texts_of
from gateway.audit.telling import moment, row_of
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject

Pair = tuple[str, str]


def request_facts(record: JsonObject) -> tuple[Pair, ...]:
    """Return what is known of a request, less what there is none of."""
    return tuple((name, said) for name, said in _request(record) if said)


def answer_facts(record: JsonObject) -> tuple[Pair, ...]:
    """Return what is known of an answer, less what there is none of."""
    return tuple((name, said) for name, said in _answer(record) if said)


def _request(record: JsonObject) -> Iterator[Pair]:
    row, what, origin, who = (row_of(record), *(table_of(record.get(each)) for each in ("what", "from", "who")))
    operation = CATALOGUE.by_id.get(str(what.get("operation")))
    yield "Target", f"{row['method']} {row['target']}"
    yield "Operation", row["operation"]
    yield "Documented as", f"{operation.title}, section {operation.section}" if operation else ""
    yield "Principal", row["principal"]
    yield "Roles", ", ".join(texts_of(who.get("roles")))
    yield "Authenticated by", " ".join(str(who[name]) for name in ("auth", "assurance") if who.get(name))
    yield "From", f"{origin.get('ip') or ''} {origin.get('ua') or ''}".strip()
    yield "Project", str(what.get("project") or "")
    yield "Came", moment(record.get("recv_ms"))
    yield "Mode", str(record.get("mode") or "")
    yield "Scope", str(record.get("scope") or "")
    yield "Trace", str(record.get("trace") or "")
    yield "Record", f"{row['chain']} {row['seq']}"


def _answer(record: JsonObject) -> Iterator[Pair]:
    row, cassette, upstream = (row_of(record), *(table_of(record.get(each)) for each in ("cassette", "upstream")))
    yield "Status", row["status"] or "nobody knows how it ended"
    yield "From", row["origin"]
    yield "Cassette", f"{cassette['status']}{', kept' if cassette.get('kept') else ''}" if cassette else ""
    yield "Upstream", " ".join(str(upstream[name]) for name in ("service", "status", "failure") if upstream.get(name))
    yield "Ended", row["time"]
    yield "Remarks", "; ".join(texts_of(record.get("remarks")))
    yield "Redacted", ", ".join(texts_of(record.get("redactions")))

"""By what people narrow a list of records: for each record the values it is counted under.

A value is always one that the record is found by, so that whoever chooses it finds what was counted.
"""

from __future__ import annotations

from gateway.audit.entries import Kind, Term, principal_of, table_of, texts_of, verdict_of
from gateway.contract.model import JsonObject

KINDS: tuple[Kind, ...] = ("principal", "action", "operation", "resource", "decision", "mode", "status")
_ENDS = ("complete", "aborted")


def facets_of(record: JsonObject) -> frozenset[Term]:
    """Return what a record is counted under: the end of a request, or what somebody did to the gateway."""
    if record.get("stage") in _ENDS and "what" in record:
        return _named(*_of_request(record))
    if record.get("stage") == "admin":
        facts = table_of(record.get("facts"))
        return _named(("principal", facts.get("principal")), ("action", record.get("event")))
    return frozenset()


def _of_request(record: JsonObject) -> list[tuple[Kind, object]]:
    what, decision, outcome = (table_of(record.get(name)) for name in ("what", "decision", "outcome"))
    actions = (decision.get("action"), *texts_of(decision.get("required")), *texts_of(what.get("actions")))
    status = outcome.get("status")
    return [
        ("principal", principal_of(record)),
        *(("action", action) for action in actions),
        ("operation", what.get("operation")),
        *(("resource", each) for each in (decision.get("resource"), *texts_of(what.get("resources")))),
        ("decision", verdict_of(record)),
        ("mode", record.get("mode")),
        ("status", str(status) if isinstance(status, int) else None),
    ]


def _named(*said: tuple[Kind, object]) -> frozenset[Term]:
    return frozenset((kind, word) for kind, word in said if isinstance(word, str) and word)

"""Records for people: one line each, a page, or a row of a table. What clients wrote cannot move the cursor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from gateway.audit.entries import principal_of, table_of, texts_of, verdict_of
from gateway.audit.words import plain
from gateway.contract.model import JsonObject

COLUMNS = (
    "time",
    "chain",
    "seq",
    "stage",
    "id",
    "principal",
    "from",
    "method",
    "operation",
    "target",
    "decision",
    "status",
    "origin",
    "ms",
    "says",
)
# What spreadsheets would run.
_FORMULA = ("=", "+", "-", "@")


def row_of(record: JsonObject) -> dict[str, str]:
    """Return the columns of a record, safe to print."""
    what, outcome = table_of(record.get("what")), table_of(record.get("outcome"))
    us = outcome.get("us")
    values = {
        "time": moment(record.get("ts_ms")),
        "chain": record.get("chain"),
        "seq": record.get("seq"),
        "stage": record.get("stage"),
        "id": record.get("id"),
        "principal": principal_of(record),
        "from": table_of(record.get("from")).get("ip"),
        "method": what.get("method"),
        "operation": what.get("operation"),
        "target": what.get("target"),
        "decision": verdict_of(record) if "what" in record else "",
        "status": outcome.get("status"),
        "origin": outcome.get("origin"),
        "ms": f"{us / 1000:.1f}" if isinstance(us, int) else "",
        "says": _says(record),
    }
    return {name: "" if value is None else plain(str(value)) for name, value in values.items()}


def cells_of(record: JsonObject) -> list[str]:
    """Return the columns of a record for a table that a spreadsheet may open."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row_of(record).values()]


def line_of(record: JsonObject) -> str:
    """Return a record on one line."""
    row = row_of(record)
    if not row["operation"] and not row["method"]:
        return f"{row['time']}  {row['stage']:<8}  {row['chain']} {row['seq']}  {row['says']}"
    who, ended = row["principal"] or "-", row["status"] or row["stage"]
    asked = f"{row['method']:<6} {row['operation'] or '-'} {row['target']}"
    took = f" {row['ms']} ms" if row["ms"] else ""
    return f"{row['time']}  {ended:<8}  {row['decision']:<5} {who}  {asked}  {row['origin']}{took}  {row['id']}"


def page_of(record: JsonObject) -> Iterator[str]:
    """Yield the lines that say all about a request: who, what, what was decided by what, and how it ended."""
    row, origin = row_of(record), table_of(record.get("from"))
    yield f"{row['id']}  {row['stage']}  {row['time']}  ({row['chain']} {row['seq']})"
    yield f"who:       {row['principal'] or 'not known'}{_assured(record)}"
    yield f"from:      {row['from']} {plain(str(origin.get('ua') or ''))}".rstrip()
    yield f"asked:     {row['method']} {row['target']}"
    yield f"operation: {row['operation'] or 'none'}"
    yield from _decided(table_of(record.get("decision")))
    yield from (f"found:     {plain(each)}" for each in texts_of(record.get("validation")))
    yield from (f"remark:    {plain(each)}" for each in texts_of(record.get("remarks")))
    yield from (f"{name}: {' ' * (9 - len(name))}{_compact(record[name])}" for name in _SHOWN if record.get(name))
    yield f"ended:     {row['status'] or 'nobody knows how'} from {row['origin']} {row['ms']} ms".rstrip()
    yield from _bodies(table_of(record.get("body")))


_SHOWN = ("mode", "scope", "cassette", "upstream", "redactions", "trace")


def moment(ts_ms: Any) -> str:
    """Return a time in ms as ISO, nothing for what is none."""
    try:
        return datetime.fromtimestamp(ts_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def _says(record: JsonObject) -> str:
    match record.get("stage"):
        case "admin":
            return f"{record.get('event')} {_compact(table_of(record.get('facts')))}"
        case "gap":
            return f"{record.get('count')} requests are in no record: {record.get('because')}"
        case "anchor":
            return f"{table_of(record.get('anchor')).get('seq')} records, signed"
    return "; ".join((*texts_of(record.get("validation")), *texts_of(record.get("remarks"))))


def _assured(record: JsonObject) -> str:
    who = table_of(record.get("who"))
    said = [str(who[name]) for name in ("auth", "assurance") if who.get(name)]
    roles = ", ".join(texts_of(who.get("roles")))
    return plain(f"{f' ({chr(44).join(said)})' if said else ''}{f' roles: {roles}' if roles else ''}")


def _decided(decision: JsonObject) -> Iterator[str]:
    """Yield the decision trace."""
    if not decision:
        yield "decision:  none (nobody had to decide)"
        return
    yield f"decision:  {decision.get('decision')} ({decision.get('kind')})"
    for name, label in (("action", "for"), ("resource", "on")):
        if decision.get(name):
            yield f"  {label}: {plain(str(decision[name]))}"
    for name in ("required", "statements", "missing"):
        yield from (f"  {name}: {plain(each)}" for each in texts_of(decision.get(name)))
    if table_of(decision.get("would")):
        yield f"  with the policies under report it would be: {_compact(decision['would'])}"


def _bodies(body: JsonObject) -> Iterator[str]:
    for name in ("request", "response"):
        if body.get(name):
            yield f"{name}:   {plain(str(body[name]), 1 << 20)}"


def _compact(value: Any) -> str:
    return plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

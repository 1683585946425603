"""What a record is found by: the terms it falls under, the words in it, and when it was.

Drawn from a record alone, so that a search over an index and a filter over files answer alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from gateway.contract.model import JsonObject

# Words and what joins them; a joined word is found by its parts too.
_JOINED = re.compile(r"\w(?:[\w@:.-]*\w)?")
_PART = re.compile(r"[^\W_]+")
_LONGEST_WORD = 128
# The year 2109. What says it is later is taken for the last moment before.
LATEST_MS = 2**42 - 1
_LONGEST_TEXT = 256 * 1024
# Members that no one looks for by word: hashes, and what terms say already.
_WORDLESS = frozenset(
    {"v", "prev", "hash", "chain", "stage", "anchor", "redactions", "request_sha256", "response_sha256"}
)
_NAMES = ("user_name", "user_id", "ak", "dev", "agency")


Kind = Literal[
    "stage",
    "principal",
    "action",
    "operation",
    "resource",
    "decision",
    "status",
    "origin",
    "scope",
    "mode",
    "project",
    "from",
    "method",
    "chain",
    "id",
]
"""What can be asked for, in the words of the command line."""

Term = tuple[Kind, str]
"""Something that records fall under. Plain strings, for there are a dozen a record and millions of records."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is found."""

    ts_ms: int
    chain: str
    seq: int
    id: str
    terms: frozenset[Term]
    words: frozenset[str]


def entry_of(record: JsonObject) -> Entry:
    """Return what a record is found by. Members that are missing or of another type are taken as not said."""
    return Entry(
        min(max(_number(record.get("ts_ms")), 0), LATEST_MS - 1),
        _text(record.get("chain")),
        _number(record.get("seq")),
        _text(record.get("id")),
        frozenset((kind, word) for kind, word in _terms(record) if word),
        words_of(_leaves(record)),
    )


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts: those that stand together (`disk-12`), and their parts."""
    text = "\n".join(texts)[:_LONGEST_TEXT].lower()
    found = {*_JOINED.findall(text), *_PART.findall(text)}
    return frozenset(word[:_LONGEST_WORD] for word in found)


def joined(text: str) -> frozenset[str]:
    """Return the words of a text as they stand in it, in lower case."""
    return frozenset(word[:_LONGEST_WORD] for word in _JOINED.findall(text.lower()))


def table_of(value: Any) -> JsonObject:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def texts_of(value: Any) -> tuple[str, ...]:
    """Return the strings of a list, none for anything else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def verdict_of(record: JsonObject) -> str:
    """Return what was decided: allow, deny, or none where nobody had to decide."""
    return _text(table_of(record.get("decision")).get("decision")) or "none"


def principal_of(record: JsonObject) -> str:
    """Return the best name of who asked, nothing where nobody knows."""
    who = table_of(record.get("who"))
    return next((str(who[name]) for name in ("user_name", "dev", "agency", "ak", "user_id") if who.get(name)), "")


def _terms(record: JsonObject) -> Iterator[Term]:
    stage = _text(record.get("stage"))
    yield "stage", stage
    yield "chain", _text(record.get("chain"))
    yield "id", _text(record.get("id"))
    yield "id", _text(record.get("given_id"))
    yield "scope", _text(record.get("scope"))
    yield "mode", _text(record.get("mode"))
    yield "from", _text(table_of(record.get("from")).get("ip"))
    if "what" in record:
        yield from _asked(record)
        yield from _answered(table_of(record.get("outcome")))
    if stage == "admin":
        yield "action", _text(record.get("event"))
        yield "principal", _text(table_of(record.get("facts")).get("principal"))


def _asked(record: JsonObject) -> Iterator[Term]:
    what, who, decision = (table_of(record.get(name)) for name in ("what", "who", "decision"))
    yield "operation", _text(what.get("operation"))
    yield "method", _text(what.get("method"))
    yield "project", _text(what.get("project"))
    yield from (("principal", _text(who.get(name))) for name in _NAMES)
    yield from (("resource", word) for word in texts_of(what.get("resources")))
    yield "resource", _text(decision.get("resource"))
    yield "decision", verdict_of(record)
    yield "decision", _text(decision.get("kind"))
    named = (_text(decision.get("action")), *texts_of(decision.get("required")), *texts_of(what.get("actions")))
    yield from (("action", word) for word in named)


def _answered(outcome: JsonObject) -> Iterator[Term]:
    yield "origin", _text(outcome.get("origin"))
    status = outcome.get("status")
    if isinstance(status, int):
        yield "status", str(status)
        yield "status", f"{status // 100}xx"


def _leaves(record: JsonObject) -> list[str]:
    """Return the strings in a record, in no order. However deep it is: somebody may have written it who should not."""
    found: list[str] = []
    left: list[Any] = [record]
    while left:
        match left.pop():
            case str() as text:
                found.append(text)
            case list() as values:
                left.extend(values)
            case dict() as members:
                left.extend(each for name, each in members.items() if name not in _WORDLESS)
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0

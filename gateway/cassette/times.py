"""The times in a recorded answer, and the same ones later: as if what was recorded had begun when the replay did.

Which members and headers hold times is a table; how each is written is read off its own text and kept: a job's
milliseconds with a Z, a disk's microseconds without a zone, an HTTP date. A text of no such form stays as it is.
Source: API reference, sections 4.1 (created_at) and 4.19 (begin_time); RFC 9110, section 5.6.7.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum

from gateway.cassette.leaves import Path, member

# Members that say when something happened or will.
MEMBERS = frozenset(
    {
        *("created_at", "updated_at", "deleted_at", "attached_at", "detached_at", "scheduled_at"),
        *("launched_at", "terminated_at", "begin_time", "end_time", "issued_at", "expires_at"),
    }
)
HEADERS = frozenset({b"date", b"expires", b"last-modified"})
# The document that its client would hold expired.
TOKEN = "token"  # noqa: S105 - the name of a member

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:?\d\d)?")
_HTTP = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


class Times(StrEnum):
    """Whether replayed answers show the recorded times, or shift them so that the recording begins with the scope."""

    RECORDED = "recorded"
    SHIFTED = "shifted"


class Since(StrEnum):
    """What a time is counted from: the beginning of the scope, or the moment of its own answer (an HTTP date). A token
    is counted from its answer whatever was set: a replayed one must not have expired."""

    SCOPE = "scope"
    ANSWER = "answer"
    TOKEN = "token"  # noqa: S105 - the name of a document


def since(path: Path, text: str) -> Since | None:
    """Return what the time at a path of a body is counted from, None for what is no time."""
    if member(path) not in MEMBERS or _ISO.fullmatch(text) is None:
        return None
    return Since.TOKEN if path[0] == TOKEN else Since.SCOPE


def may_be_in(text: str) -> bool:
    """True when there is a time in a body, whatever it means."""
    return _ISO.search(text) is not None


def is_dated(name: bytes, text: str) -> bool:
    """True for a header that holds an HTTP date."""
    return name in HEADERS and _HTTP.fullmatch(text) is not None


def shifted(text: str, by_s: float) -> str:
    """Return a time so many seconds later, written as it was. One that no calendar has stays as it is."""
    try:
        return _http(text, by_s) if _HTTP.fullmatch(text) else _iso(text, by_s)
    except (ValueError, OverflowError):
        return text


def _http(text: str, by_s: float) -> str:
    return format_datetime(parsedate_to_datetime(text) + timedelta(seconds=round(by_s)), usegmt=True)


def _iso(text: str, by_s: float) -> str:
    form = _ISO.fullmatch(text)
    if form is None:
        return text
    day, between, clock, fraction, zone = form.groups()
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    micros = int((fraction or "").ljust(6, "0")) + round(by_s * 1_000_000)
    later = moment + timedelta(microseconds=micros)
    digits = f".{later.microsecond:06}"[: len(fraction) + 1] if fraction else ""
    return f"{later.date().isoformat()}{between}{later:%H:%M:%S}{digits}{zone or ''}"

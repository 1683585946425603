"""Rules for texts in a URL: query parameters and path segments. See `gateway.contract.rules` for the idea."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue, Remark, Severity

_ODD_INTEGER = re.compile(r"\s*([+-]?\d{1,30})(?:\.0+)?\s*")
_PLAIN_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A string holds a JSON object (reference-notes 21)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and not _is_json_object(value):
            yield Remark("format", Severity.WARN, "a JSON object")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True, slots=True)
class LimitText:
    """A page size in a query: 1 to 1000. Odd forms of an integer warn (reference-notes 17).

    `not_integer` and `not_positive` are what the API answers in these cases; more than 1000 has one answer for all.
    """

    not_integer: Fault
    not_positive: Fault

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        number = integer_text(value)
        if number is None:
            yield Remark("type", Severity.REJECT, "an integer", self.not_integer)
        elif number < 1:
            yield Remark("range", Severity.REJECT, "1 to 1000", self.not_positive)
        elif number > 1000:
            yield Remark("range", Severity.REJECT, "1 to 1000", faults.LIMIT_TOO_GREAT)
        if number is not None:
            yield from _odd_form(value)


@dataclass(frozen=True, slots=True)
class OffsetText:
    """A count of skipped records in a query. `negative` and `zero` say what becomes of those (reference-notes 18)."""

    negative: Severity
    zero: Severity | None

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        number = integer_text(value)
        if number is None:
            yield Remark("type", Severity.REJECT, "an integer")
            return
        severity = self.negative if number < 0 else self.zero if number == 0 else None
        if severity is not None:
            yield Remark("range", severity, "greater than 0")
        yield from _odd_form(value)


def integer_text(value: JsonValue) -> int | None:
    """Return the integer a query text stands for, None for hexadecimal, exponents, fractions and the rest.

    Signs, leading zeros, spaces, digits of other scripts and a fraction of zeros are odd forms of an integer.
    """
    match = _ODD_INTEGER.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) if match else None


def _odd_form(value: JsonValue) -> Iterator[Remark]:
    if isinstance(value, str) and not _PLAIN_INTEGER.fullmatch(value):
        yield Remark("form", Severity.WARN, "plain decimal digits")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text is one of the documented spellings; the same in another case of letters warns (reference-notes 23)."""

    spellings: tuple[str, ...]

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, str) or value in self.spellings:
            return
        known = {each.lower() for each in self.spellings}
        severity = Severity.WARN if value.lower() in known else Severity.REJECT
        yield Remark("value", severity, " or ".join(self.spellings))


@dataclass(frozen=True, slots=True)
class Version:
    """A version is one that 5.2 names; the one that only 5.1 shows warns (reference-notes 26)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value not in ("v1", "v2"):
            yield Remark("value", Severity.WARN if value == "v3" else Severity.REJECT, "v1 or v2", faults.MALFORMED_URL)

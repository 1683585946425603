"""Rules for texts in a URL: query parameters and path segments. See `gateway.contract.rules` for the idea."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue, Remark, Severity
from gateway.contract.rules import said

_ODD_INTEGER = re.compile(r"\s*([+-]?\d{1,4000})(?:\.0+)?\s*")
_PLAIN_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A string holds a JSON object (reference-notes 21)."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("format", Severity.WARN, "a JSON object"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if isinstance(value, str) and not _is_json_object(value) else ()


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

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("integer", Severity.REJECT, "an integer", self.not_integer),
            Remark("minimum", Severity.REJECT, "1 to 1000", self.not_positive),
            Remark("maximum", Severity.REJECT, "1 to 1000", faults.LIMIT_TOO_GREAT),
            Remark("form", Severity.WARN, "plain decimal digits"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        number = integer_text(value)
        if number is None:
            return (said(self, "integer"),)
        out = () if 1 <= number <= 1000 else (said(self, "minimum" if number < 1 else "maximum"),)
        return (*out, said(self, "form")) if _is_odd(value) else out


@dataclass(frozen=True, slots=True)
class OffsetText:
    """A count of skipped records in a query. `negative` and `zero` say what becomes of those (reference-notes 18)."""

    negative: Severity
    zero: Severity | None

    def remarks(self) -> Sequence[Remark]:
        zero = () if self.zero is None else (Remark("zero", self.zero, "greater than 0"),)
        return (
            Remark("integer", Severity.REJECT, "an integer"),
            Remark("negative", self.negative, "greater than 0" if zero else "0 or greater"),
            *zero,
            Remark("form", Severity.WARN, "plain decimal digits"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        number = integer_text(value)
        if number is None:
            return (said(self, "integer"),)
        remarks = [said(self, "negative")] if number < 0 else []
        if number == 0 and self.zero is not None:
            remarks.append(said(self, "zero"))
        if _is_odd(value):
            remarks.append(said(self, "form"))
        return remarks


def integer_text(value: JsonValue) -> int | None:
    """Return the integer a query text stands for, None for hexadecimal, exponents, fractions and the rest.

    Signs, leading zeros, spaces, digits of other scripts and a fraction of zeros are odd forms of an integer.
    """
    match = _ODD_INTEGER.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) if match else None


def _is_odd(value: JsonValue) -> bool:
    return not (isinstance(value, str) and _PLAIN_INTEGER.fullmatch(value))


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text is one of the documented spellings; the same in another case of letters warns (reference-notes 23)."""

    spellings: tuple[str, ...]

    def remarks(self) -> Sequence[Remark]:
        limit = " or ".join(self.spellings)
        return (
            Remark("value", Severity.REJECT, limit),
            Remark("case", Severity.WARN, f"{limit}, in this case of letters"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, str) or value in self.spellings:
            return ()
        known = {each.lower() for each in self.spellings}
        return (said(self, "case" if value.lower() in known else "value"),)


@dataclass(frozen=True, slots=True)
class Version:
    """A version is one that 5.2 names; the one that only 5.1 shows warns (reference-notes 26)."""

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("value", Severity.REJECT, "v1 or v2", faults.MALFORMED_URL),
            Remark("tolerated", Severity.WARN, "v1 or v2", faults.MALFORMED_URL),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if value in ("v1", "v2"):
            return ()
        return (said(self, "tolerated" if value == "v3" else "value"),)

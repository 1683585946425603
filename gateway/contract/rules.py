"""The rules a declared field can carry: small values that judge one JSON value and say what is wrong with it.

A rule knows neither its field nor its operation; the walk in `gateway.validation` adds both. The rule about the kind
of value stands first in a field's type: where the first rule rejects, the others are not asked. A boolean is never a
number, and lengths are bytes of UTF-8 unless a rule says characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gateway.contract.model import JsonObject, JsonValue, Remark, Severity

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_BARE_UUID = re.compile(r"[0-9a-fA-F]{32}")
_IMAGE_NAME = re.compile(r"[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff ._-]*")
_TRUTHS = frozenset(("true", "false", "1", "0", "t", "f", "on", "off", "yes", "no", "y", "n"))


@runtime_checkable
class Rule(Protocol):
    """Judges one value; yields nothing when the value is as documented."""

    def judge(self, value: JsonValue) -> Iterator[Remark]: ...


class ObjectRule(Protocol):
    """Judges several members of one object together."""

    def judge(self, value: JsonObject) -> Iterator[Remark]: ...


def whole_number(value: JsonValue) -> int | None:
    """Return the integral part of a number or of a decimal text, None for anything else.

    Source: Creating EVS Disks (6.1.1), size: "if a decimal, the integral part of the value is used".
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if abs(value) < 1e30 else None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return int(value.partition(".")[0])
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """The value is a string."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, str):
            yield Remark("type", Severity.REJECT, "a string")


@dataclass(frozen=True, slots=True)
class Object:
    """The value is a JSON object."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, dict):
            yield Remark("type", Severity.REJECT, "an object")


@dataclass(frozen=True, slots=True)
class Whole:
    """The value is an integer; `decimals` warn unless the reference says they are cut.

    An integer written as a string warns, because the services convert it (reference-notes 4 and 37).
    """

    decimals: bool = False

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if whole_number(value) is None:
            yield Remark("type", Severity.REJECT, "an integer")
        elif isinstance(value, str):
            yield Remark("type", Severity.WARN, "an integer, not a string")
        elif isinstance(value, float) and not self.decimals:
            yield Remark("type", Severity.WARN, "an integer without a fraction")


@dataclass(frozen=True, slots=True)
class Flag:
    """The value is a boolean; a string that the services convert warns (reference-notes 37)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, bool):
            return
        converts = isinstance(value, str) and value.lower() in _TRUTHS
        yield Remark("type", Severity.WARN if converts else Severity.REJECT, "true or false")


@dataclass(frozen=True, slots=True)
class Truth:
    """The value is the string "true" or "false"; a boolean warns (reference-notes 9)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value in ("true", "false") and isinstance(value, str):
            return
        warns = isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false"))
        yield Remark("value", Severity.WARN if warns else Severity.REJECT, 'the string "true" or "false"')


@dataclass(frozen=True, slots=True)
class Empty:
    """The value is an empty object; one with members warns (reference-notes 15)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value != {}:
            severity = Severity.WARN if isinstance(value, dict) else Severity.REJECT
            yield Remark("type", severity, "an empty object")


@dataclass(frozen=True, slots=True)
class Between:
    """The integral part of the value lies in a range. `unit` names it in the finding."""

    low: int
    high: int
    unit: str = ""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        number = whole_number(value)
        if number is not None and not self.low <= number <= self.high:
            yield Remark("range", Severity.REJECT, f"{self.low} to {self.high}{self.unit}")


@dataclass(frozen=True, slots=True)
class AtMostBytes:
    """A string's UTF-8 form is no longer than so many bytes."""

    most: int

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and byte_length(value) > self.most:
            yield Remark("length", Severity.REJECT, f"at most {self.most} bytes")


def byte_length(text: str) -> int:
    """Return the length of a string in bytes of UTF-8; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Characters:
    """A string has so many characters (Unicode, not bytes)."""

    low: int
    high: int

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and not self.low <= len(value) <= self.high:
            yield Remark("length", Severity.REJECT, f"{self.low} to {self.high} characters")


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """A string is not empty. Whether that refuses depends on the documented error (reference-notes 89)."""

    severity: Severity = Severity.WARN

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value == "":
            yield Remark("empty", self.severity, "not empty")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A string is one of the documented values. Another case warns, as do the values that are `tolerated`
    because one place of the reference shows what another forbids (reference-notes 1 and 90)."""

    values: tuple[str, ...]
    tolerated: tuple[str, ...] = ()
    severity: Severity = Severity.REJECT

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, str) or value in self.values:
            return
        known = {each.lower() for each in (*self.values, *self.tolerated)}
        severity = Severity.WARN if value.lower() in known else self.severity
        yield Remark("value", severity, "one of " + ", ".join(self.values))


@dataclass(frozen=True, slots=True)
class Uuid:
    """A string is a UUID in either case of letters. Most ids only warn; ids of tasks are also printed without
    hyphens (reference-notes 27)."""

    severity: Severity = Severity.WARN
    bare: bool = False

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, str) or value == "" or _UUID.fullmatch(value):
            return
        if not (self.bare and _BARE_UUID.fullmatch(value)):
            yield Remark("format", self.severity, "a UUID")


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A string neither starts nor ends with a space."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and (value.startswith(" ") or value.endswith(" ")):
            yield Remark("space", Severity.REJECT, "no space at either end")


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The reference documents the member and says that it is not supported (reference-notes 10)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value is not None:
            yield Remark("unsupported", Severity.WARN, "absent")


@dataclass(frozen=True, slots=True)
class NoPrefix:
    """A string does not start as the names that the system gives. Only advised (reference-notes 36)."""

    prefix: str

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and value.startswith(self.prefix):
            yield Remark("prefix", Severity.WARN, f"not starting with {self.prefix}")


@dataclass(frozen=True, slots=True)
class ImageCharacters:
    """A string has only the characters that are listed for names of images. Others warn, because the list says "such
    as" (reference-notes 35)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, str) and not _IMAGE_NAME.fullmatch(value):
            yield Remark("characters", Severity.WARN, "letters, Chinese characters, digits, - . _ and spaces")


@dataclass(frozen=True, slots=True)
class LinkedClone:
    """The string "0" asks for linked cloning. What could mean the opposite, or the same, warns (reference-notes 8)."""

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if value == "0":
            return
        harmless = value == "1" or (value == 0 and not isinstance(value, bool))
        yield Remark("value", Severity.WARN if harmless else Severity.REJECT, 'the string "0"')

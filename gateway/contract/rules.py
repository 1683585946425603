"""The rules a declared field can carry: small values that judge one JSON value and say what is wrong with it.

A rule knows neither its field nor its operation; the walk in `gateway.validation` adds both. `remarks` are all that it
can ever say, so that constraints can be listed and counted; `judge` says which of them a value earns. The name of a
remark is the end of a rule id ("length" of a name is `name-length`), and each name has one severity.

The rule about the kind of value stands first in a field's type: where the first rule rejects, the others are not
asked. A boolean is never a number, and lengths are bytes of UTF-8 unless a rule says characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from gateway.contract.model import JsonObject, JsonValue, Remark, Severity

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_BARE_UUID = re.compile(r"[0-9a-fA-F]{32}")
_IMAGE_NAME = re.compile(r"[A-Za-z0-9\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af ._-]*")
_TRUTHS = frozenset(("true", "false", "1", "0", "t", "f", "on", "off", "yes", "no", "y", "n"))


@runtime_checkable
class Rule(Protocol):
    """Judges one value; yields nothing when the value is as documented."""

    def remarks(self) -> Sequence[Remark]: ...
    def judge(self, value: JsonValue) -> Sequence[Remark]: ...


class ObjectRule(Protocol):
    """Judges several members of one object together. Its remarks carry whole rule ids."""

    def remarks(self) -> Sequence[Remark]: ...
    def judge(self, value: JsonObject) -> Sequence[Remark]: ...


class Speaker(Protocol):
    """What has remarks: every kind of rule."""

    def remarks(self) -> Sequence[Remark]: ...


def said(rule: Speaker, name: str, at: tuple[str, ...] = ()) -> Remark:
    """Return the remark of a rule that has this name, about the member `at`."""
    remark = next(each for each in rule.remarks() if each.rule == name)
    return replace(remark, at=at) if at else remark


def whole_number(value: JsonValue) -> int | None:
    """Return the integral part of a number or of a decimal text, None for anything else.

    Source: Creating EVS Disks (6.1.1), size: "if a decimal, the integral part of the value is used".
    """
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, float):
        return int(value) if abs(value) < 1e30 else None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return int(value.partition(".")[0])
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """The value is a string."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("json-type", Severity.REJECT, "a string"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return () if isinstance(value, str) else self.remarks()


@dataclass(frozen=True, slots=True)
class Object:
    """The value is a JSON object."""

    severity: Severity = Severity.REJECT

    def remarks(self) -> Sequence[Remark]:
        return (Remark("json-type", self.severity, "an object"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return () if isinstance(value, dict) else self.remarks()


@dataclass(frozen=True, slots=True)
class Whole:
    """The value is an integer; `decimals` warn unless the reference says they are cut.

    An integer written as a string warns, because the services convert it (reference-notes 4 and 37).
    """

    decimals: bool = False

    def remarks(self) -> Sequence[Remark]:
        fraction = () if self.decimals else (Remark("fraction", Severity.WARN, "an integer without a fraction"),)
        return (
            Remark("json-type", Severity.REJECT, "an integer"),
            Remark("converts", Severity.WARN, "an integer, not a string"),
            *fraction,
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if value.__class__ is int:
            return ()
        if whole_number(value) is None:
            return (said(self, "json-type"),)
        if isinstance(value, str):
            return (said(self, "converts"),)
        return (said(self, "fraction"),) if isinstance(value, float) and not self.decimals else ()


@dataclass(frozen=True, slots=True)
class Flag:
    """The value is a boolean; a string that the services convert warns (reference-notes 37)."""

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("json-type", Severity.REJECT, "true or false"),
            Remark("converts", Severity.WARN, "true or false, not a string"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if isinstance(value, bool):
            return ()
        converts = isinstance(value, str) and value.lower() in _TRUTHS
        return (said(self, "converts" if converts else "json-type"),)


@dataclass(frozen=True, slots=True)
class Truth:
    """The value is the string "true" or "false"; a boolean and another case of letters warn (reference-notes 9)."""

    def remarks(self) -> Sequence[Remark]:
        limit = 'the string "true" or "false"'
        return (
            Remark("value", Severity.REJECT, limit),
            Remark("converts", Severity.WARN, f"{limit}, not a boolean"),
            Remark("case", Severity.WARN, f"{limit}, in lower case"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if isinstance(value, bool):
            return (said(self, "converts"),)
        if not isinstance(value, str) or value.lower() not in ("true", "false"):
            return (said(self, "value"),)
        return () if value in ("true", "false") else (said(self, "case"),)


@dataclass(frozen=True, slots=True)
class Empty:
    """The value is an empty object; one with members warns (reference-notes 15)."""

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("json-type", Severity.REJECT, "an object"),
            Remark("filled", Severity.WARN, "an empty object"),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return () if value == {} else (said(self, "filled" if isinstance(value, dict) else "json-type"),)


@dataclass(frozen=True, slots=True)
class Between:
    """The integral part of the value lies in a range. `unit` names it in the finding."""

    low: int
    high: int
    unit: str = ""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("range", Severity.REJECT, f"{self.low} to {self.high}{self.unit}"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        number = whole_number(value)
        return () if number is None or self.low <= number <= self.high else self.remarks()


@dataclass(frozen=True, slots=True)
class AtMostBytes:
    """A string's UTF-8 form is no longer than so many bytes."""

    most: int

    def remarks(self) -> Sequence[Remark]:
        return (Remark("length", Severity.REJECT, f"at most {self.most} bytes"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if isinstance(value, str) and byte_length(value) > self.most else ()


def byte_length(text: str) -> int:
    """Return the length of a string in bytes of UTF-8; a lone surrogate counts as three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Characters:
    """A string has so many characters (Unicode, not bytes)."""

    low: int
    high: int

    def remarks(self) -> Sequence[Remark]:
        return (Remark("length", Severity.REJECT, f"{self.low} to {self.high} characters"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if isinstance(value, str) and not self.low <= len(value) <= self.high else ()


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """A string is not empty. Whether that refuses depends on the documented error (reference-notes 89)."""

    severity: Severity = Severity.WARN

    def remarks(self) -> Sequence[Remark]:
        return (Remark("empty", self.severity, "not empty"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if value == "" else ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """A string is one of the documented values. Another case warns, as do the values that are `tolerated`
    because one place of the reference shows what another forbids (reference-notes 1 and 90)."""

    values: tuple[str, ...]
    tolerated: tuple[str, ...] = ()
    severity: Severity = Severity.REJECT

    def remarks(self) -> Sequence[Remark]:
        limit = "one of " + ", ".join(self.values)
        tolerated = Remark("tolerated", Severity.WARN, limit)
        return (
            Remark("value", self.severity, limit),
            Remark("case", Severity.WARN, f"{limit}, in this case of letters"),
            *((tolerated,) if self.tolerated else ()),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, str) or value in self.values:
            return ()
        if value in self.tolerated:
            return (said(self, "tolerated"),)
        known = {each.lower() for each in (*self.values, *self.tolerated)}
        return (said(self, "case" if value.lower() in known else "value"),)


@dataclass(frozen=True, slots=True)
class VolumeTypes(OneOf):
    """A string is a disk type: SSD and SAS are documented, SATA is shown, a region may have `added` others.

    Source: 6.1.1 and 7.1.1, volume_type; 7.1.7 for the types of a region (reference-notes 1).
    """

    values: tuple[str, ...] = ("SSD", "SAS")
    tolerated: tuple[str, ...] = ("SATA",)
    severity: Severity = field(default=Severity.REJECT, init=False)
    added: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Shapes are found by these at every request, and nothing else tells them apart."""
        return hash(self.added)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        # An empty one is what `NotEmpty` speaks about.
        return () if value == "" or value in self.added else OneOf.judge(self, value)


@dataclass(frozen=True, slots=True)
class Uuid:
    """A string is a UUID in either case of letters. Most ids only warn; ids of tasks are also printed without
    hyphens (reference-notes 27)."""

    severity: Severity = Severity.WARN
    bare: bool = False

    def remarks(self) -> Sequence[Remark]:
        return (Remark("format", self.severity, "a UUID"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, str) or value == "" or _UUID.fullmatch(value):
            return ()
        return () if self.bare and _BARE_UUID.fullmatch(value) else self.remarks()


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A string neither starts nor ends with a space."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("space", Severity.REJECT, "no space at either end"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        is_loose = isinstance(value, str) and (value.startswith(" ") or value.endswith(" "))
        return self.remarks() if is_loose else ()


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The reference documents the member and says that it is not supported (reference-notes 10)."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("unsupported", Severity.WARN, "absent"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return () if value is None else self.remarks()


@dataclass(frozen=True, slots=True)
class NoPrefix:
    """A string does not start as the names that the system gives. Only advised (reference-notes 36)."""

    prefix: str

    def remarks(self) -> Sequence[Remark]:
        return (Remark("prefix", Severity.WARN, f"not starting with {self.prefix}"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if isinstance(value, str) and value.startswith(self.prefix) else ()


@dataclass(frozen=True, slots=True)
class ImageCharacters:
    """A string has only the characters that are listed for names of images. Others warn, because the list says "such
    as" (reference-notes 35)."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("characters", Severity.WARN, "letters, Chinese characters, digits, - . _ and spaces"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if isinstance(value, str) and not _IMAGE_NAME.fullmatch(value) else ()


@dataclass(frozen=True, slots=True)
class LinkedClone:
    """The string "0" asks for linked cloning. What could mean the opposite, or the same, warns (reference-notes 8)."""

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("value", Severity.REJECT, 'the string "0"'),
            Remark("tolerated", Severity.WARN, 'the string "0", neither "1" nor the number'),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if value == "0":
            return ()
        harmless = value == "1" or (value == 0 and not isinstance(value, bool))
        return (said(self, "tolerated" if harmless else "value"),)

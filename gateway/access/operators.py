"""The operators of conditions: what each compares, and how their names are read.

A name is a quantifier, an operator and a modifier: `ForAnyValue:StringEqualsIfExists`; case does not matter. The
spellings of another cloud are refused with the name that is meant here: a condition that is silently never true would
make a Deny inert.

Source: policy research, 1.3 and b.2; policy-format rules 8 and 18.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gateway.access import values
from gateway.access.nodes import suggestion
from gateway.access.values import KeyType
from gateway.access.words import pattern

# Tells whether one value of a request fits the operands of a condition.
Compare = Callable[[Any], bool]


class Quantifier(StrEnum):
    """How the several values of a key are combined."""

    ANY = "ForAnyValue"
    ALL = "ForAllValues"


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `make` turns the operands of a policy into the test for one value; a `negative` operator holds
    when that test fails for all operands, and for an absent key."""

    name: str
    type: KeyType
    read: Callable[[str], Any]
    make: Callable[[tuple[Any, ...]], Compare]
    negative: bool = False


@dataclass(frozen=True, slots=True)
class NullTest:
    """The operator that asks whether a key is absent; it fits every key."""

    name: str = "Null"


@dataclass(frozen=True, slots=True)
class Use:
    """An operator as a condition names it."""

    operator: Operator | NullTest
    quantifier: Quantifier | None = None
    if_exists: bool = False

    @property
    def name(self) -> str:
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.operator.name}{'IfExists' if self.if_exists else ''}"


class NoOperator(ValueError):  # noqa: N818 - says of a name that it is none
    """A name that is no operator; the message says what to write."""


def _equals(operands: tuple[Any, ...]) -> Compare:
    return frozenset(operands).__contains__


def _equals_lowered(operands: tuple[str, ...]) -> Compare:
    lowered = frozenset(each.casefold() for each in operands)
    return lambda value: value.casefold() in lowered


def _matches(operands: tuple[str, ...]) -> Compare:
    tests = [pattern(each) for each in operands]
    return lambda value: any(test(value) for test in tests)


def _starts(operands: tuple[str, ...]) -> Compare:
    return lambda value: value.startswith(operands)


def _ends(operands: tuple[str, ...]) -> Compare:
    return lambda value: value.endswith(operands)


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[tuple[Any, ...]], Compare]:
    def make(operands: tuple[Any, ...]) -> Compare:
        if len(operands) == 1:
            (only,) = operands
            return lambda value: holds(value, only)
        return lambda value: any(holds(value, operand) for operand in operands)

    return make


def _within(ranges: tuple[values.Range, ...]) -> Compare:
    of_version = {each: [(first, last) for version, first, last in ranges if version == each] for each in (4, 6)}

    def test(value: values.Address) -> bool:
        at = int(value)
        for first, last in of_version[value.version]:  # noqa: SIM110 - a generator takes longer
            if first <= at <= last:
                return True
        return False

    return test


def _ordered(family: str, kind: KeyType, read: Callable[[str], Any]) -> list[Operator]:
    return [
        Operator(f"{family}LessThan", kind, read, _compared(operator.lt)),
        Operator(f"{family}LessThanEquals", kind, read, _compared(operator.le)),
        Operator(f"{family}GreaterThan", kind, read, _compared(operator.gt)),
        Operator(f"{family}GreaterThanEquals", kind, read, _compared(operator.ge)),
    ]


OPERATORS: tuple[Operator | NullTest, ...] = (
    Operator("StringEquals", KeyType.STRING, str, _equals),
    Operator("StringNotEquals", KeyType.STRING, str, _equals, negative=True),
    Operator("StringEqualsIgnoreCase", KeyType.STRING, str, _equals_lowered),
    Operator("StringNotEqualsIgnoreCase", KeyType.STRING, str, _equals_lowered, negative=True),
    Operator("StringMatch", KeyType.STRING, str, _matches),
    Operator("StringNotMatch", KeyType.STRING, str, _matches, negative=True),
    Operator("StringStartWith", KeyType.STRING, str, _starts),
    Operator("StringEndWith", KeyType.STRING, str, _ends),
    Operator("NumberEquals", KeyType.NUMBER, values.number, _equals),
    Operator("NumberNotEquals", KeyType.NUMBER, values.number, _equals, negative=True),
    *_ordered("Number", KeyType.NUMBER, values.number),
    *_ordered("Date", KeyType.DATE, values.date),
    Operator("Bool", KeyType.BOOLEAN, values.boolean, _equals),
    Operator("IpAddress", KeyType.ADDRESS, values.network, _within),
    Operator("NotIpAddress", KeyType.ADDRESS, values.network, _within, negative=True),
    NullTest(),
)

_BY_NAME: Mapping[str, Operator | NullTest] = MappingProxyType({each.name.lower(): each for each in OPERATORS})
_QUANTIFIERS: Mapping[str, Quantifier] = MappingProxyType({each.lower(): each for each in Quantifier})

# What another cloud writes, and what is written here.
_FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "stringlike": "StringMatch",
        "stringnotlike": "StringNotMatch",
        "numericequals": "NumberEquals",
        "numericnotequals": "NumberNotEquals",
        "numericlessthan": "NumberLessThan",
        "numericlessthanequals": "NumberLessThanEquals",
        "numericgreaterthan": "NumberGreaterThan",
        "numericgreaterthanequals": "NumberGreaterThanEquals",
        "arnequals": "StringEquals",
        "arnlike": "StringMatch",
        "arnnotequals": "StringNotEquals",
        "arnnotlike": "StringNotMatch",
        "dateequals": "DateLessThanEquals together with DateGreaterThanEquals",
        "datenotequals": "DateLessThan and DateGreaterThan in two statements",
    }
)


def read_operator(name: str) -> Use:
    """Return the operator that a condition names. Errors: NoOperator."""
    prefix, colon, rest = name.rpartition(":")
    quantifier = _QUANTIFIERS.get(prefix.lower())
    if colon and quantifier is None:
        raise NoOperator(f"unknown quantifier {prefix!r}; expected ForAnyValue or ForAllValues")
    plain = rest[: -len("IfExists")] if rest.lower().endswith("ifexists") else rest
    found = _BY_NAME.get(plain.lower())
    if found is None:
        raise NoOperator(_unknown(plain))
    if isinstance(found, NullTest) and (plain != rest or quantifier):
        raise NoOperator(f"{name!r}: Null asks whether a key exists and takes neither IfExists nor a quantifier")
    return Use(found, quantifier, plain != rest)


def _unknown(name: str) -> str:
    foreign = _FOREIGN.get(name.lower())
    hint = f"; Huawei Cloud writes {foreign}" if foreign else suggestion(name, [each.name for each in OPERATORS])
    return f"unknown operator {name!r}{hint}"

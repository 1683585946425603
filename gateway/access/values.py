"""The values that conditions compare: their types, how they are written in a policy, and what stands for none.

A value that is not there is ABSENT; one that should be there and cannot be known is UNRESOLVED. The difference decides:
an unresolved one makes a Deny apply and an Allow fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from types import MappingProxyType


class Nothing(Enum):
    """Why there is no value."""

    ABSENT = "absent"
    UNRESOLVED = "unresolved"


ABSENT = Nothing.ABSENT
UNRESOLVED = Nothing.UNRESOLVED

Address = IPv4Address | IPv6Address
Single = str | int | float | Decimal | bool | Address
Value = Single | tuple[Single, ...] | Nothing


class KeyType(StrEnum):
    """What kind of value a condition key holds."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    ADDRESS = "address"


class NotA(ValueError):  # noqa: N818 - says what a text is not
    """A text that is no value of its type; the message says what was expected."""


# ASCII on purpose: int() would also take underscores, signs, blanks and digits of other scripts.
# Bounded, because int() refuses very long ones in its own words; no unit here needs as many digits.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z", re.ASCII)
_BOOLEANS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


def number(text: str) -> int | Decimal:
    """Return a number. Errors: NotA."""
    if not _NUMBER.fullmatch(text):
        raise NotA("a number like 500 or 0.5")
    return Decimal(text) if "." in text else int(text)


def boolean(text: str) -> bool:
    """Return a truth value. Errors: NotA."""
    if text not in _BOOLEANS:
        raise NotA("true or false")
    return _BOOLEANS[text]


def date(text: str) -> float:
    """Return seconds since the epoch. Errors: NotA for anything but ISO 8601 in UTC."""
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).timestamp()
    except ValueError:
        pass
    raise NotA("a date in UTC like 2026-04-01T00:00:00Z")


@lru_cache(maxsize=4096)
def address(text: str) -> Address:
    """Return an address, one of IPv4 for an IPv4 address inside IPv6 (policy-format rule 10). Errors: NotA."""
    try:
        found = ip_address(text)
    except ValueError as error:
        raise NotA("an address like 10.20.0.1") from error
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


Range = tuple[int, int, int]


def network(text: str) -> Range:
    """Return version, first and last address of a range; a bare address is a range of one.

    Errors: NotA, also for bits set behind the prefix, which say that something else was meant.
    """
    try:
        found = ip_network(text)
    except ValueError as error:
        raise NotA("an address or a range without bits behind its prefix, like 10.20.0.0/16") from error
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped and found.prefixlen >= 96:
        found = ip_network((int(found.network_address.ipv4_mapped), found.prefixlen - 96))
    return found.version, int(found.network_address), int(found.broadcast_address)

"""How values are written in a policy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

import pytest

from gateway.access.values import NotA, address, boolean, date, network, number


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (number, "500", 500),
        (number, "-0.5", Decimal("-0.5")),
        (boolean, "true", True),
        (boolean, "false", False),
        (date, "1970-01-01T00:01:00Z", 60.0),
        (date, "1970-01-01T00:00:00.5Z", 0.5),
        (address, "10.0.0.1", ip_address("10.0.0.1")),
        (address, "::ffff:10.0.0.1", ip_address("10.0.0.1")),
        (address, "fe80::1", ip_address("fe80::1")),
        (network, "10.0.0.1", (4, 0x0A000001, 0x0A000001)),
        (network, "10.0.0.0/8", (4, 0x0A000000, 0x0AFFFFFF)),
        (network, "::ffff:10.0.0.0/104", (4, 0x0A000000, 0x0AFFFFFF)),
        (network, "::/0", (6, 0, 2**128 - 1)),
    ],
)
def test_what_is_written_is_read(read: Callable[[str], Any], text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *[(number, text) for text in ("1_000", "٤٠", "+5", " 5", "5.", ".5", "05", "1e3", "0x1", "")],
        *[(boolean, text) for text in ("True", "1", "")],
        *[(date, text) for text in ("2026-04-01", "2026-04-01T00:00:00", "2026-13-01T00:00:00Z", "now")],
        *[(address, text) for text in ("10.0.0.0/8", "10.0.0", "host", "010.0.0.1")],
        *[(network, text) for text in ("10.0.0.1/8", "10.0.0.0/33", "host")],
    ],
)
def test_anything_else_is_refused(read: Callable[[str], Any], text: str) -> None:
    with pytest.raises(NotA):
        read(text)

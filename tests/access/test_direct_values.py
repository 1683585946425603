"""Values set directly."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from gateway.access.values import ABSENT, UNRESOLVED, Value
from tests.access.asking import LIST, value


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("g:UserName", "bob", "bob"),
        ("g:UserName", None, ABSENT),
        ("g:UserName", 5, UNRESOLVED),
        ("g:UserName", True, UNRESOLVED),
        ("gw:ApprovalCount", 2, 2),
        ("gw:ApprovalCount", "2", 2),
        ("gw:ApprovalCount", "two", UNRESOLVED),
        ("gw:ApprovalCount", True, UNRESOLVED),
        ("gw:BreakGlass", True, True),
        ("gw:BreakGlass", "true", True),
        ("g:CurrentTime", "1970-01-01T00:00:01Z", 1.0),
        ("g:SourceIp", "10.0.0.1", ip_address("10.0.0.1")),
        ("g:TagKeys", ["a", "b"], ("a", "b")),
        ("g:TagKeys", "a", ("a",)),
        ("g:TagKeys", [], ABSENT),
        ("g:TagKeys", ["a", 1], UNRESOLVED),
        ("g:RequestTag/owner", "Bob", "Bob"),
        ("g:UserName", ["a", "b"], UNRESOLVED),
    ],
)
def test_values_set_directly(key: str, given: Any, expected: Value) -> None:
    assert value(key, LIST, context={key.lower(): given}) == expected

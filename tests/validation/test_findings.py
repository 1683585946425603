"""What a finding shows of a value: short, and never a secret."""

from __future__ import annotations

import pytest

from gateway.contract.model import JsonValue
from gateway.contract.shapes import shape_of
from gateway.contract.transfers import Acceptance
from gateway.validation.findings import ABSENT, Found, show, within

AUTH_KEY = shape_of(Acceptance).members["auth_key"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (ABSENT, "absent"),
        (None, "null"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "true"),
        ("ä", '"ä"'),
        ("\ud800", '"?"'),
        ({"a": 1}, "an object"),
        ([1], "an array"),
        ("x" * 300, '"' + "x" * 78 + "…"),
        (float("inf"), "Infinity"),
    ],
)
def test_a_value_is_shown_short(value: Found, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    "name", ["password", "adminPass", "X-Auth-Token", "secret", "credentials", "Signature", "AK_key"]
)
def test_a_value_under_a_name_for_secrets_is_hidden(name: str) -> None:
    assert (show("hunter2", name), show(7, name), show({}, name)) == ("hidden", "hidden", "an object")


def test_a_value_of_a_secret_member_is_hidden() -> None:
    assert (show(9266, "", AUTH_KEY), show("a", "size")) == ("hidden", '"a"')


@pytest.mark.parametrize(
    ("value", "at", "expected"), [({"a": {"b": 1}}, ("a", "b"), 1), ({"a": 1}, ("a", "b"), ABSENT), (7, (), 7)]
)
def test_a_path_of_names_leads_to_a_value(value: JsonValue, at: tuple[str, ...], expected: Found) -> None:
    assert within(value, at) == expected


def test_a_number_too_long_to_write_is_told_by_its_length() -> None:
    assert show(10**5000) == "a number of 16610 bits"

"""The tables of secret names and of headers."""

from __future__ import annotations

import pytest

from gateway.cassette.secrets import Treatment, request_treatment, response_treatment, secret_label


@pytest.mark.parametrize(
    ("name", "within", "label"),
    [
        ("auth_key", "", "auth_key"),
        ("adminPass", "", "password"),
        ("db-passwords", "", "password"),
        ("X-Auth-Token", "", "token"),
        ("OS.User Data", "", "user_data"),
        ("securitytoken", "", "token"),
        ("secret_access_key", "", "secret"),
        ("access", "credential", "access_key"),
        ("id", "token", "token"),
        ("key", "secret", "secret"),
        ("id", "volume", None),
        ("key", "", None),
        ("name", "token", None),
        ("bypass", "", None),
        ("__system__cmkid", "metadata", None),
        ("tokenizer", "", None),
    ],
)
def test_a_name_tells_whether_its_value_is_secret(name: str, within: str, label: str | None) -> None:
    assert secret_label(name, within) == label


def test_headers_are_treated_by_table_and_secret_names_are_hunted() -> None:
    names = (b"accept", b"location", b"authorization", b"x-subject-token", b"cookie", b"x-own-secret", b"host")
    assert [request_treatment(name) for name in names] == [
        Treatment.KEEP,
        Treatment.DROP,
        Treatment.SIGN,
        Treatment.STAND_IN,
        Treatment.REMOVE,
        Treatment.REMOVE,
        Treatment.DROP,
    ]
    assert [response_treatment(name) for name in (b"location", b"x-request-id", b"accept")] == [
        Treatment.LINK,
        Treatment.KEEP,
        Treatment.DROP,
    ]

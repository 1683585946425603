"""The name of the rules that secrets are removed by."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from gateway.cassette import rule_set as module
from gateway.cassette.exchange import Exchange
from gateway.cassette.rule_set import RULE_SET, redacted_again, rule_set
from gateway.http.messages import Request, Response


def test_the_name_is_the_same_for_the_same_rules_and_another_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rule_set() == RULE_SET
    assert rule_set(2) != RULE_SET
    names = {**module.rules.SECRET_NAMES, "pin": "pin"}
    monkeypatch.setattr(module.rules, "SECRET_NAMES", MappingProxyType(names))
    assert rule_set() != RULE_SET


def test_what_was_removed_once_stays_and_the_rest_goes() -> None:
    body = b'{"token": "redacted-token-0123456789ab", "password": "Pa55word!"}'
    exchange = Exchange("x", Request("POST", b"/", (), body), Response(200), 1.0, 2.0, redactions=("body:token",))
    (found,) = redacted_again([exchange], b"key")
    assert found.request.body.startswith(b'{"token": "redacted-token-0123456789ab", "password": "redacted-password-')
    assert found.redactions == ("body:password", "body:token")
    assert redacted_again([found], b"other key") == [found]

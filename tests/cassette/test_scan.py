"""What the scan finds in documents, where it says it is, and what it passes by."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml
from hypothesis import given

from gateway.cassette import har, vcr
from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.cassette.scan import IN_TEXT, PRIVATE_KEY, RANDOM, Leak, scan
from gateway.cassette.text import to_files
from tests.cassette.test_text import EXCHANGES

TOKEN = "gAAAAAB" + "k3" * 40


def found(document: Any) -> list[tuple[str, str]]:
    return [(leak.place, leak.kind) for leak in scan(document)]


@pytest.mark.parametrize(
    ("document", "place", "kind"),
    [
        ({"server": {"adminPass": "x"}}, "/server/adminPass", "password"),
        ({"access": {"key": "abc"}}, "/access/key", "access_key"),
        ({"pin_password": 12}, "/pin_password", "password"),
        ({"headers": ["accept: */*", "x-auth-token: abc"]}, "/headers/1", "token"),
        ({"headers": ["authorization: SDK-HMAC-SHA256 Access=A, Signature=abc"]}, "/headers/0", "authorization"),
        ({"headers": {"X-Auth-Token": ["abc"]}}, "/headers/X-Auth-Token/0", "token"),
        ({"headers": [{"name": "X-Auth-Token", "value": "abc"}]}, "/headers/0/value", "token"),
        ({"headers": [{"name": "Cookie", "value": "a=b"}]}, "/headers/0/value", "cookie"),
        ({"headers": [{"name": "Authorization", "value": "Bearer abc"}]}, "/headers/0/value", "authorization"),
        ({"cookies": [{"name": "session", "value": "abc"}]}, "/cookies/0/value", "cookie"),
        ({"target": "/v2/p/volumes?X-Auth-Token=abc"}, "/target", "token"),
        ({"target": "/v3/auth/tokens/abc"}, "/target", "tokens"),
        ({"text": json.dumps({"a": [{"password": "x"}]})}, "/text/a/0/password", "password"),
        ({"text": "the password: hunter2 is wrong"}, "/text", IN_TEXT),
        ({"text": f"is {TOKEN}"}, "/text", "token"),
        ({"base64": base64.b64encode(b"password=abc").decode()}, "/base64", "password"),
        ({"text": base64.b64encode(b'{"token":"x"}').decode(), "encoding": "base64"}, "/text/token", "token"),
        ({"string": b"password=abc"}, "/string", "password"),
        ({"pem": "-----BEGIN RSA PRIVATE KEY-----\nabc"}, "/pem", PRIVATE_KEY),
        ({"secret_of_mine": "kT93mfl2Qx07Zbn4Vw"}, "/secret_of_mine", RANDOM),
        (json.dumps({"password": "x"}), "/password", "password"),
    ],
)
def test_a_secret_is_found(document: Any, place: str, kind: str) -> None:
    assert list(scan(document)) == [Leak(place, kind)]


@pytest.mark.parametrize(
    "document",
    [
        {"adminPass": "redacted-password-0123456789ab"},
        {"auth_key": "<secret:1>", "message": "<secret:1> is wrong"},
        {"headers": ["x-subject-token: redacted-token-0123456789ab"]},
        {"headers": ["authorization: SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=redacted-signature"]},
        {"password": "", "token": None, "secret": False, "pwd": 0},
        {"credential": "token"},
        {"headers": ["cookie: redacted-cookie", "no header"]},
        {"token": {"expires_at": "2023"}},
        {"key_of_the_disk": "0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b01"},
        {"secret_of_mine": "a sentence of 7 words, no secret"},
        {"secret_of_mine": "aaaaaaaaaaaaaaaaaaaaaaa1"},
        {"secret_of_mine": "short1"},
        {"base64": "no base64!"},
        {"text": "{not json"},
        {"name": "x", "value": 1.5},
    ],
)
def test_what_is_no_secret_is_passed_by(document: Any) -> None:
    assert found(document) == []


def test_a_document_nested_too_deeply_is_a_text() -> None:
    assert found({"a": "[" * 100_000}) == []


@given(EXCHANGES)
def test_what_redaction_leaves_is_clean_in_every_form(exchange: Exchange) -> None:
    redacted = Redactor(b"key").redact(exchange.request, exchange.response, None)
    clean = Exchange("undocumented", redacted.request, redacted.response, 1.0, 2.0)
    for text in to_files([clean], "one").values():
        assert found(json.loads(text)) == []
    assert found(json.loads(b"".join(har.written([clean])))) == []
    assert found(yaml.safe_load(b"".join(vcr.written([clean])))) == []

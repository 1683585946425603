"""Signatures, held against the vendor's own signer both ways."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.signing import CLOCK_WINDOW_S, AccessKey, BadSignature, Verified, parse_signature, sign, verify
from gateway.http.messages import Request

from .signers import AK, ALICE, AT, DISKS, HOST, JSON, KEY, KEYS, SK, changed, sdk_agrees, sdk_signed, stamp

BODY = b'{"volume": {"size": 10}}'
UNSIGNED = b"UNSIGNED-PAYLOAD"
WRONG = "the signature does not verify"


def reason(request: Request, at: float = AT) -> str:
    outcome = verify(request, KEYS, at)
    return outcome.reason if isinstance(outcome, BadSignature) else "verified"


@pytest.mark.parametrize("derived", [False, True])
def test_what_the_sdk_signs_verifies(derived: bool) -> None:
    request = sdk_signed("POST", DISKS, body=BODY, derived=derived)
    outcome = verify(request, KEYS, AT + 60)
    assert isinstance(outcome, Verified)
    assert (outcome.key.principal, outcome.signature.ak, outcome.dated_at) == (ALICE, AK, AT)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), max_size=12)
SEGMENT = TEXT.filter(lambda text: text not in ("", ".", ".."))
QUERIES = st.dictionaries(TEXT.filter(bool), TEXT | st.integers() | st.booleans(), max_size=4)
# What a header may hold, after the SDK has written it as UTF-8.
AGENT = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)


@given(st.lists(SEGMENT, min_size=1, max_size=4), QUERIES, st.binary(max_size=60), AGENT, st.booleans())
def test_whatever_the_sdk_signs_verifies(
    segments: list[str], query: dict[str, Any], body: bytes, agent: str, derived: bool
) -> None:
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    headers = {**JSON, "User-Agent": agent}
    request = sdk_signed("PUT", path, list(query.items()), headers, body, derived=derived)
    assert isinstance(verify(request, KEYS, AT), Verified)


@given(st.lists(SEGMENT, max_size=4), QUERIES, st.binary(max_size=60))
def test_the_sdk_agrees_with_whatever_is_signed_here(segments: list[str], query: dict[str, Any], body: bytes) -> None:
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    pairs = "&".join(f"{quote(name)}={quote(str(value))}" for name, value in query.items())
    target = f"{path}?{pairs}" if pairs else path
    headers = ((b"host", b"evs.example"), (b"content-type", b"application/json"), (b"user-agent", b"anything"))
    signed = sign(Request("POST", target.encode(), headers, body), KEY, AT)
    assert sdk_agrees(signed, (AK, SK))
    assert not sdk_agrees(signed, (AK, "another"))


def test_a_fresh_signature_covers_only_what_no_hop_changes() -> None:
    old = sdk_signed("POST", DISKS, headers={**JSON, "User-Agent": "sdk", "X-Language": "en-us"}, body=BODY)
    fresh = sign(old, AccessKey("AKGATEWAY", b"other"), AT + 1.5)
    assert [name for name, _ in fresh.headers] == [
        *(b"host", b"x-project-id", b"content-type", b"user-agent", b"x-language"),
        *(b"x-sdk-date", b"x-sdk-content-sha256", b"authorization"),
    ]
    said = parse_signature(fresh.header(b"authorization") or b"")
    assert said is not None
    assert (said.scheme, said.ak) == ("SDK-HMAC-SHA256", "AKGATEWAY")
    assert said.signed == (b"content-type", b"host", b"x-project-id", b"x-sdk-content-sha256", b"x-sdk-date")
    assert fresh.header(b"x-sdk-date") == b"20260303T100001Z"


def rewritten(request: Request, pattern: bytes, by: bytes) -> Request:
    return changed(request, b"authorization", re.sub(pattern, by, request.header(b"authorization") or b""))


GOOD = sdk_signed("POST", DISKS, body=BODY)
TEXTUAL = sdk_signed("POST", DISKS, headers={"Content-Type": "text/plain"}, body=BODY)
HASHED = sdk_signed("POST", DISKS, headers={**JSON, "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}, body=BODY)
ATTACKS = {
    "changed body": (GOOD.with_body(BODY.replace(b"10", b"99")), WRONG),
    "body taken away": (GOOD.with_body(b""), WRONG),
    "changed case of the path": (GOOD.with_target(DISKS.upper().encode()), WRONG),
    "changed query": (GOOD.with_target(DISKS.encode() + b"?a=1"), WRONG),
    "changed method": (Request("PUT", GOOD.target, GOOD.headers, GOOD.body), WRONG),
    "changed host": (changed(GOOD, b"host", b"other"), WRONG),
    "changed project": (changed(GOOD, b"x-project-id", b"other"), WRONG),
    "other key": (sdk_signed("GET", DISKS, credentials=(AK, "guessed")), WRONG),
    "unknown key": (sdk_signed("GET", DISKS, credentials=("AKNOBODY", SK)), WRONG),
    "derived for another region": (
        rewritten(sdk_signed("GET", DISKS, derived=True), rb"ae-ad-1", b"cn-north-1"),
        WRONG,
    ),
    "derived for another day": (
        rewritten(sdk_signed("GET", DISKS, derived=True), rb"/20260303/", b"/20260304/"),
        "the key was derived for another day",
    ),
    "encoded slash": (sdk_signed("POST", DISKS.replace("/cloud", "%2Fcloud"), body=BODY), "an encoded slash"),
    "encoded slash, small": (GOOD.with_target(DISKS.replace("/cloud", "%2fcloud").encode()), "an encoded slash"),
    "trailing slash": (GOOD.with_target(DISKS.encode() + b"/"), "the path ends in a slash"),
    "dot segment": (sdk_signed("GET", "/v2/%2e%2e/v2"), "the path holds a dot segment"),
    "broken escape": (GOOD.with_target(b"/v2/%zz"), "a broken percent-encoding"),
    "broken escape in the query": (GOOD.with_target(b"/v2?a=%2"), "the query holds a broken percent-encoding"),
    "no UTF-8": (GOOD.with_target(b"/v2/%ff"), "bytes that are not UTF-8"),
    "raw bytes": (GOOD.with_target(b"/v2/\xc3\xa9"), "bytes that are not UTF-8"),
    "parameter twice": (sdk_signed("GET", DISKS, [("a", ["1", "2"])]), "the query names a parameter twice"),
    "plus for a blank": (GOOD.with_target(DISKS.encode() + b"?a=b+c"), "a blank to some"),
    "unsigned payload": (HASHED, "X-Sdk-Content-Sha256 is not the hash of the body"),
    "text": (TEXTUAL, "X-Sdk-Content-Sha256 is not the hash of the body"),
    "hash of another body": (
        sdk_signed("POST", DISKS, headers={**JSON, "X-Sdk-Content-Sha256": "0" * 64}, body=BODY),
        "X-Sdk-Content-Sha256 is not the hash of the body",
    ),
    "hash sent, not signed": (
        changed(GOOD, b"x-sdk-content-sha256", UNSIGNED),
        "x-sdk-content-sha256 is not among the signed headers",
    ),
    "account sent, not signed": (changed(GOOD, b"x-domain-id", b"d2"), "x-domain-id is not among the signed headers"),
    "host not signed": (rewritten(GOOD, b"host;", b""), "host is not among the signed headers"),
    "date not signed": (rewritten(GOOD, b";x-sdk-date", b""), "x-sdk-date is not among the signed headers"),
    "content type not signed": (rewritten(GOOD, b"content-type;", b""), "content-type is not among the signed"),
    "project not signed": (rewritten(GOOD, b"x-project-id;", b""), "x-project-id is not among the signed headers"),
    "signed and absent": (rewritten(GOOD, b";x-sdk-date", b";x-s;x-sdk-date"), "a header that is not there"),
    "signed and there twice": (
        GOOD.with_headers((*GOOD.headers, (b"host", HOST.encode()))),
        "is there twice",
    ),
    "names not sorted": (rewritten(GOOD, b"content-type;host", b"host;content-type"), "not a sorted list"),
    "name twice": (rewritten(GOOD, b"host;", b"host;host;"), "not a sorted list"),
    "no date": (changed(GOOD, b"x-sdk-date", None), "X-Sdk-Date is missing or malformed"),
    "no such date": (changed(GOOD, b"x-sdk-date", b"20260230T100000Z"), "X-Sdk-Date is missing or malformed"),
    "date of another form": (changed(GOOD, b"x-sdk-date", b"2026-03-03T10:00:00Z"), "missing or malformed"),
    "another date": (changed(GOOD, b"x-sdk-date", stamp(AT + 1).encode()), WRONG),
    "unknown scheme": (rewritten(GOOD, b"SDK-HMAC-SHA256", b"SDK-HMAC-SM3"), "no signature of a known scheme"),
    "two keys": (rewritten(GOOD, b"Access=", b"Access=a, Access="), "no signature of a known scheme"),
    "something behind": (rewritten(GOOD, b"$", b", a=b"), "no signature of a known scheme"),
    "signature in capitals": (
        changed(GOOD, b"authorization", (GOOD.header(b"authorization") or b"")[:-1] + b"A"),
        "no signature of a known scheme",
    ),
    "no signature": (changed(GOOD, b"authorization", None), "no signature of a known scheme"),
}


@pytest.mark.parametrize(("request_", "said"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused(request_: Request, said: str) -> None:
    assert said in reason(request_)


def test_a_content_type_that_signers_leave_out_is_refused_even_with_the_right_hash() -> None:
    headers = ((b"host", b"h"), (b"content-type", b"text/plain"))
    signed = sign(Request("POST", DISKS.encode(), headers, BODY), KEY, AT)
    assert reason(signed) == "signers leave a body of this content type unsigned"


@pytest.mark.parametrize("away_s", [CLOCK_WINDOW_S, -CLOCK_WINDOW_S])
def test_fifteen_minutes_are_in_time(away_s: int) -> None:
    assert reason(GOOD, AT + away_s) == "verified"


@pytest.mark.parametrize("away_s", [16 * 60, -16 * 60, CLOCK_WINDOW_S + 1])
def test_more_than_fifteen_minutes_are_not(away_s: int) -> None:
    assert reason(GOOD, AT + away_s) == "X-Sdk-Date is more than 15 minutes away from now"


def test_no_secret_shows() -> None:
    outcome = verify(GOOD, KEYS, AT)
    assert isinstance(outcome, Verified)
    assert SK not in repr(KEY) + repr(outcome)
    assert outcome.signature.value not in repr(outcome)


@given(st.binary(max_size=80))
def test_any_header_is_read_or_refused(header: bytes) -> None:
    assert isinstance(verify(changed(GOOD, b"authorization", header), KEYS, AT), BadSignature)

"""Signatures, held against the vendor's own signer both ways."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.signing import CLOCK_WINDOW_S, AccessKey, BadSignature, Verified, parse_signature, sign, verify
from gateway.http.messages import Request

from .signers import AK, ALICE, AT, BODY, DISKS, JSON, KEY, KEYS, SK, attacks, changed, sdk_agrees, sdk_signed


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


GOOD = sdk_signed("POST", DISKS, body=BODY)
ATTACKS = attacks(AT)


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

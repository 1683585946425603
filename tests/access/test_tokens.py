"""What the IAM says, and how long that is believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.tokens import EXPIRED, UNKNOWN, TokenCache, Trouble, Verdict, question, verdict_of
from gateway.http.messages import Response

AT = 1_772_532_000.0  # 2026-03-03T10:00:00Z
DOMAIN = {"id": "d1", "name": "acme"}
DOCUMENT: dict[str, Any] = {
    "expires_at": "2026-03-03T10:10:00.000000Z",
    "issued_at": "2026-03-02T10:10:00.000000Z",
    "methods": ["password"],
    "roles": [{"id": "0", "name": "te_admin"}, {"id": "1", "name": "evs_reader"}],
    "user": {"id": "u1", "name": "alice", "domain": DOMAIN, "password_expires_at": ""},
    "project": {"id": "p1", "name": "ae-ad-1", "domain": DOMAIN},
}
ALICE = Principal(
    user_id="u1",
    user_name="alice",
    domain_id="d1",
    domain_name="acme",
    project_id="p1",
    project_name="ae-ad-1",
    roles=("te_admin", "evs_reader"),
    auth_method=AuthMethod.TOKEN,
    assurance=Assurance.VERIFIED,
    expires_at=AT + 600,
)


def heard(changes: dict[str, Any] | None = None, status: int = 200) -> Verdict:
    return verdict_of(Response(status, (), json.dumps({"token": {**DOCUMENT, **(changes or {})}}).encode()), AT)


def test_a_token_asks_about_itself() -> None:
    asked = question(b"secret")
    assert (asked.method, asked.target) == ("GET", b"/v3/auth/tokens?nocatalog=true")
    assert (asked.header(b"x-auth-token"), asked.header(b"x-subject-token")) == (b"secret", b"secret")


def test_a_document_becomes_a_principal() -> None:
    assert heard() == ALICE


def test_an_account_wide_token_has_no_project() -> None:
    principal = heard({"project": None, "domain": DOMAIN, "user": {"id": "u1"}, "roles": []})
    assert principal == Principal(
        user_id="u1",
        domain_id="d1",
        domain_name="acme",
        auth_method=AuthMethod.TOKEN,
        assurance=Assurance.VERIFIED,
        expires_at=AT + 600,
    )


def test_an_assumed_agency_is_named() -> None:
    principal = heard({"user": {"id": "a1", "name": "acme/robots", "domain": DOMAIN}, "assumed_by": {"user": {}}})
    assert isinstance(principal, Principal)
    assert (principal.agency, principal.user_name) == ("robots", "acme/robots")


@pytest.mark.parametrize("status", [401, 404])
def test_what_the_iam_does_not_know_is_rejected(status: int) -> None:
    assert heard(status=status) == UNKNOWN


@pytest.mark.parametrize("status", [500, 503, 429, 403, 302, 204])
def test_every_other_answer_is_trouble(status: int) -> None:
    assert heard(status=status) == Trouble(f"the IAM answered {status}")


@pytest.mark.parametrize(
    "changes",
    [
        {"user": None},
        {"user": {"name": "alice"}},
        {"expires_at": None},
        {"expires_at": "tomorrow"},
        {"expires_at": "2026-03-03T10:10:00"},
        {"roles": ["admin"]},
        {"project": {"name": "p"}},
    ],
)
def test_what_cannot_be_read_is_trouble(changes: dict[str, Any]) -> None:
    assert heard(changes) == Trouble("the IAM's answer is no token document")


def test_what_is_no_json_is_trouble() -> None:
    assert verdict_of(Response(200, (), b"<html>secret"), AT) == Trouble("the IAM's answer is no token document")


def test_a_token_that_has_expired_is_rejected_whatever_the_iam_says() -> None:
    assert heard({"expires_at": "2026-03-03T10:00:00Z"}) == EXPIRED


def cache(**options: Any) -> TokenCache:
    return TokenCache(b"key", **options)


def test_what_was_heard_is_believed_for_three_hundred_seconds_at_most() -> None:
    long = cache(ttl_s=9999)
    long.keep(b"t", ALICE, AT, 0)
    assert long.find(b"t", AT + 299) == ALICE
    assert long.find(b"t", AT + 300) is None
    short = cache(ttl_s=10)
    short.keep(b"t", ALICE, AT, 0)
    assert short.find(b"t", AT + 10) is None


def test_an_expired_token_is_refused_without_asking() -> None:
    believed = cache()
    believed.keep(b"t", ALICE, AT + 400, 0)
    assert believed.find(b"t", AT + 599) == ALICE
    assert believed.find(b"t", AT + 600) == EXPIRED


def test_what_is_unknown_is_asked_again_soon() -> None:
    believed = cache()
    believed.keep(b"t", UNKNOWN, AT, 0)
    assert believed.find(b"t", AT + 14) == UNKNOWN
    assert believed.find(b"t", AT + 15) is None


def test_a_rejection_ends_what_was_believed() -> None:
    believed = cache()
    believed.keep(b"t", ALICE, AT, 0)
    believed.keep(b"t", UNKNOWN, AT + 1, 0)
    assert believed.find(b"t", AT + 2) == UNKNOWN


def test_trouble_is_not_kept() -> None:
    believed = cache()
    believed.keep(b"t", Trouble("down"), AT, 0)
    assert believed.find(b"t", AT) is None


def test_the_oldest_use_goes_first_and_rejections_drive_nobody_out() -> None:
    believed = cache(limit=2)
    for name in (b"a", b"b"):
        believed.keep(name, ALICE, AT, 0)
    believed.find(b"a", AT)
    believed.keep(b"c", ALICE, AT, 0)
    for number in range(5):
        believed.keep(b"guess%d" % number, UNKNOWN, AT, 0)
    assert [believed.find(name, AT) is not None for name in (b"a", b"b", b"c")] == [True, False, True]
    assert [believed.find(b"guess%d" % number, AT) for number in (0, 4)] == [None, UNKNOWN]


@pytest.mark.parametrize(
    ("evict", "gone"),
    [
        (lambda known: known.evict(b"a"), b"a"),
        (lambda known: known.evict_user("u1"), b"a"),
        (lambda known: known.evict_user("alice"), b"a"),
        (lambda known: known.evict_domain("d1"), b"a"),
        (lambda known: known.evict_domain("acme"), b"a"),
        (lambda known: known.evict_all(), b"ab"),
    ],
)
def test_tokens_can_be_evicted(evict: Any, gone: bytes) -> None:
    believed = cache()
    believed.keep(b"a", ALICE, AT, 0)
    believed.keep(b"b", Principal(user_id="u2", domain_id="d2", expires_at=AT + 600), AT, 0)
    assert evict(believed) == len(gone)
    assert b"".join(name for name in (b"a", b"b") if believed.find(name, AT) is None) == gone


def test_evicting_nobody_is_no_mistake() -> None:
    assert [cache().evict(b"a"), cache().evict_user("u"), cache().evict_all()] == [0, 0, 0]


def test_what_was_asked_before_an_eviction_is_not_believed_after_it() -> None:
    believed = cache()
    asked_at = believed.generation
    believed.evict(b"another")
    believed.keep(b"t", ALICE, AT, asked_at)
    assert believed.find(b"t", AT) is None


def test_tokens_are_not_kept() -> None:
    believed = cache()
    believed.keep(b"a-secret-token", ALICE, AT, 0)
    assert believed.name(b"a-secret-token") != TokenCache(b"other").name(b"a-secret-token")
    assert "secret" not in repr(vars(believed))

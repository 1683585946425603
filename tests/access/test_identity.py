"""Who sends a request: one credential, of a kind that counts."""

from __future__ import annotations

import pytest

from gateway.access.dev_tokens import DevToken, digest_of, new_token
from gateway.access.identity import Identity, NeedsToken, Refused, as_dev, as_key_holder, foreign_project
from gateway.access.nonces import Nonces
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.tokens import EXPIRED, UNKNOWN, TokenCache, Trouble
from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Headers, Request, Response

from .signers import ALICE, AT, BODY, DISKS, KEYS, PROJECT, changed, sdk_signed

DEV_TOKEN = new_token().encode()
TESTER = Principal(dev_principal="tester", project_id=PROJECT)
BOB = Principal(user_id="bob", project_id=PROJECT, expires_at=AT + 600)
ALL = frozenset(AuthMethod)


def identity(accepts: frozenset[AuthMethod] = ALL, nonces: Nonces | None = None) -> Identity:
    dev = DevToken(b"salt", digest_of(b"salt", DEV_TOKEN), TESTER)
    return Identity(accepts, TokenCache(b"key"), KEYS, (dev,), nonces)


def asking(*headers: tuple[bytes, bytes], query: bytes = b"") -> Request:
    return Request("GET", DISKS.encode() + query, headers)


def bearing(token: bytes) -> Request:
    return asking((b"x-auth-token", token))


def unauthenticated(reason: str) -> Refused:
    return Refused(faults.UNAUTHENTICATED, reason)


SIGNED = sdk_signed("GET", DISKS)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (asking(), "the request has no credentials"),
        (bearing(b""), "the request has no credentials"),
        (asking((b"authorization", b"")), "the request has no credentials"),
        (asking((b"authorization", b"Bearer x")), "the Authorization header is no signature of a known scheme"),
        (changed(SIGNED, b"x-auth-token", b"t"), "the request has two kinds of credentials"),
        (changed(SIGNED, b"x-auth-token", b""), "the request has two kinds of credentials"),
        (changed(SIGNED, b"x-security-token", b"t"), "temporary access keys cannot be verified here"),
        (changed(bearing(b"t"), b"x-security-token", b"t"), "temporary access keys cannot be verified here"),
        (asking(query=b"?X-Auth-Token=t"), "a token does not belong into the query"),
        (bearing(new_token().encode()), "the token is not valid"),
    ],
)
def test_who_is_nobody(request_: Request, reason: str) -> None:
    assert identity().principal_of(request_, AT) == unauthenticated(reason)


def test_each_kind_of_credentials_tells_who() -> None:
    who = identity()
    assert who.principal_of(SIGNED, AT) == ALICE
    assert who.principal_of(bearing(DEV_TOKEN), AT) == TESTER
    assert who.principal_of(bearing(b"t"), AT) == NeedsToken(b"t")
    who.cache.keep(b"t", BOB, AT, 0)
    assert who.principal_of(bearing(b"t"), AT) == BOB
    assert who.principal_of(bearing(b"t"), AT + 600) == NeedsToken(b"t")


def test_a_query_may_mention_a_token_header() -> None:
    request = asking((b"x-auth-token", DEV_TOKEN), query=b"?name=x-auth-token")
    assert identity().principal_of(request, AT) == TESTER


def test_what_is_not_accepted_does_not_count() -> None:
    tokens, signatures = frozenset({AuthMethod.TOKEN}), frozenset({AuthMethod.SIGNATURE})
    assert identity(tokens).principal_of(SIGNED, AT) == unauthenticated("signatures are not accepted here")
    refused = unauthenticated("tokens of the IAM are not accepted here")
    assert identity(signatures).principal_of(bearing(b"t"), AT) == refused
    assert identity(signatures).principal_of(bearing(DEV_TOKEN), AT) == refused
    assert identity(tokens).principal_of(bearing(DEV_TOKEN), AT) == NeedsToken(DEV_TOKEN)


def test_a_verdict_is_a_principal_or_a_refusal() -> None:
    who = identity()
    assert who.told(BOB) == BOB
    assert who.told(UNKNOWN) == unauthenticated("the token is not valid")
    assert who.told(EXPIRED) == unauthenticated("the token has expired")
    assert who.told(Trouble("it is down")) == Refused(
        faults.UNAVAILABLE, "the token cannot be validated: it is down", retry_after_s=5
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_signed_write_counts_once(method: str) -> None:
    who, write = identity(), sdk_signed(method, DISKS, body=BODY)
    assert who.principal_of(write, AT) == ALICE
    assert who.principal_of(write, AT + 900) == unauthenticated("the signature was used before")
    who.had_no_effect(write)
    assert who.principal_of(write, AT) == ALICE


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_signed_read_counts_again(method: str) -> None:
    who, read = identity(), sdk_signed(method, DISKS)
    assert [who.principal_of(read, AT) for _ in range(2)] == [ALICE, ALICE]


@pytest.mark.parametrize(("status", "again"), [(429, True), (202, False), (401, False), (503, False), (500, False)])
def test_only_what_had_no_effect_may_be_repeated(status: int, again: bool) -> None:
    who, write = identity(), sdk_signed("DELETE", DISKS)
    who.principal_of(write, AT)
    who.heard(write, Response(status))
    assert (who.principal_of(write, AT) == ALICE) == again


def test_what_carries_no_signature_has_none_to_give_back() -> None:
    identity().had_no_effect(bearing(b"t"))
    identity().heard(bearing(b"t"), Response(429))


def test_without_room_to_remember_no_write_passes() -> None:
    who = identity(nonces=Nonces(limit=0))
    refused = Refused(faults.UNAVAILABLE, "no more signatures can be remembered now", retry_after_s=5)
    assert who.principal_of(sdk_signed("POST", DISKS, body=BODY), AT) == refused
    assert who.principal_of(SIGNED, AT) == ALICE


def test_a_token_that_the_cloud_refuses_is_not_believed_longer() -> None:
    who = identity()
    who.cache.keep(b"t", BOB, AT, 0)
    who.heard(bearing(b"t"), Response(403))
    assert who.principal_of(bearing(b"t"), AT) == BOB
    who.heard(bearing(b"t"), Response(401))
    assert who.principal_of(bearing(b"t"), AT) == NeedsToken(b"t")


def test_a_revoked_token_is_not_believed_longer() -> None:
    who = identity()
    who.cache.keep(b"t", BOB, AT, 0)
    headers: Headers = ((b"x-auth-token", b"admin"), (b"x-subject-token", b"t"))
    who.heard(Request("DELETE", b"/v3/auth/tokens", headers), Response(204))
    assert who.principal_of(bearing(b"t"), AT) == NeedsToken(b"t")


def refusal(path: str, *headers: tuple[bytes, bytes], principal: Principal = ALICE) -> Refused | None:
    request = Request("GET", path.encode(), headers)
    return foreign_project(principal, request, CATALOGUE.identify("GET", request.path, b"", None))


PROJECT_REASON = "the request names another project than its credentials"
ACCOUNT_REASON = "the request names another account than its credentials"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/v2/other/volumes", faults.PROJECT_ID),
        ("/v2/other/cloudvolumes", faults.PROJECT_ID),
        ("/v1/other/jobs/x", faults.JOB_PROJECT),
        ("/v2.1/other/cloudvolumes", faults.PROJECT_ID),
    ],
)
def test_a_project_of_somebody_else_has_the_documented_fault(path: str, fault: faults.Fault) -> None:
    assert refusal(path) == Refused(fault, PROJECT_REASON)


def test_a_uuid_is_the_same_project_in_either_case_and_other_names_are_not() -> None:
    own = "d0c0ffee-0000-4000-8000-00000000000a"
    assert refusal(f"/v2/{own.upper()}/volumes", principal=Principal(project_id=own)) is None
    assert refusal(DISKS.replace(PROJECT, PROJECT.upper())) == Refused(faults.PROJECT_ID, PROJECT_REASON)


def test_ones_own_project_is_allowed_and_no_project_is_nobodys() -> None:
    assert refusal(DISKS) is None
    assert refusal("/v3/projects") is None
    assert refusal(DISKS, principal=Principal(user_id="u", domain_id="d1")) == Refused(
        faults.PROJECT_ID, PROJECT_REASON
    )


def test_headers_must_agree() -> None:
    assert refusal(DISKS, (b"x-project-id", PROJECT.encode()), (b"x-domain-id", b"d1")) is None
    assert refusal(DISKS, (b"x-project-id", b"other")) == Refused(faults.PROJECT_ID, PROJECT_REASON)
    assert refusal("/v3/projects", (b"x-project-id", b"other")) == Refused(faults.PROJECT_ID, PROJECT_REASON)
    assert refusal(DISKS, (b"x-domain-id", b"d2")) == Refused(faults.PROJECT_ID, ACCOUNT_REASON)


def test_who_holds_a_key_or_a_development_token_is_said_so() -> None:
    who = Principal(user_id="u")
    assert as_key_holder(who, "AK") == Principal(
        user_id="u", ak="AK", auth_method=AuthMethod.SIGNATURE, assurance=Assurance.VERIFIED
    )
    assert as_dev(who, "tester") == Principal(
        user_id="u", dev_principal="tester", auth_method=AuthMethod.DEV, assurance=Assurance.VERIFIED
    )


def test_no_token_shows() -> None:
    assert repr(NeedsToken(b"secret")) == "NeedsToken()"

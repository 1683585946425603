"""What goes up in place of the client's credentials, and what never does."""

from __future__ import annotations

from gateway.access.brokering import Address, Broker, UpstreamToken, address_of, undressed
from gateway.access.dev_tokens import PREFIX
from gateway.access.principals import AuthMethod, Principal
from gateway.access.signing import AccessKey
from gateway.http.messages import Request

from .signers import AK, ALICE, AT, BODY, DISKS, PROJECT, changed, sdk_agrees, sdk_signed

OWN = AccessKey("AKGATEWAY", b"own-secret")
ADDRESSES = {"evs": Address(b"evs.example:8443", b"/base"), "iam": Address(b"iam.example")}
SIGNS = Broker(OWN, ADDRESSES)
BEARS = Broker(UpstreamToken(b"own-token"), ADDRESSES)
SIGNED = sdk_signed("POST", DISKS, [("a", "b c")], body=BODY)


def test_an_address_is_read_as_it_is_sent_to() -> None:
    assert address_of("https://evs.example") == Address(b"evs.example")
    assert address_of("https://EVS.example:443/base/") == Address(b"EVS.example:443", b"/base")
    assert address_of("http://[::1]:80") == Address(b"[::1]:80")


def test_a_signature_of_ours_stands_for_what_goes_over_the_wire() -> None:
    sent = SIGNS.outgoing(SIGNED, "evs", ALICE, AT + 1)
    assert sent.target == SIGNED.target
    assert (sent.body, sent.header(b"host")) == (BODY, b"evs.example:8443")
    assert sdk_agrees(sent.with_target(b"/base" + sent.target), ("AKGATEWAY", "own-secret"))
    assert AK not in repr(sent)
    assert len({name for name, _ in sent.headers}) == len(sent.headers)


def test_the_project_that_was_checked_is_signed() -> None:
    bare = changed(SIGNED, b"x-project-id", None)
    assert SIGNS.outgoing(bare, "iam", ALICE, AT).header(b"x-project-id") == PROJECT.encode()
    anywhere = Principal(auth_method=AuthMethod.SIGNATURE)
    assert SIGNS.outgoing(bare, "iam", anywhere, AT).header(b"x-project-id") is None


def test_a_token_of_ours_stands_alone() -> None:
    sent = BEARS.outgoing(SIGNED, "evs", ALICE, AT)
    assert sent.headers == (
        (b"host", b"gw.example:8776"),
        (b"content-type", b"application/json"),
        (b"x-auth-token", b"own-token"),
    )


def test_development_tokens_are_replaced_and_the_clouds_own_pass() -> None:
    request = Request("GET", DISKS.encode(), ((b"x-auth-token", b"t"),))
    assert BEARS.outgoing(request, "evs", Principal(auth_method=AuthMethod.DEV), AT).header(b"x-auth-token") == (
        b"own-token"
    )
    assert BEARS.outgoing(request, "evs", Principal(auth_method=AuthMethod.TOKEN), AT) is request


def test_where_nobody_is_asked_nothing_of_ours_leaves() -> None:
    token = Request("POST", b"/v3/auth/tokens", ((b"x-auth-token", b"t"),))
    assert SIGNS.outgoing(token, "iam", None, AT) is token
    assert SIGNS.outgoing(SIGNED, "evs", None, AT) == undressed(SIGNED)
    assert undressed(SIGNED).headers == ((b"host", b"gw.example:8776"), (b"content-type", b"application/json"))
    dev = Request("GET", b"/", ((b"x-auth-token", PREFIX.encode() + b"x"),))
    assert SIGNS.outgoing(dev, "evs", None, AT).headers == ()


def test_no_secret_shows() -> None:
    assert "own" not in repr(UpstreamToken(b"own-token"))
    assert "own" not in repr(OWN)

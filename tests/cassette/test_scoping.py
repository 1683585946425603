from __future__ import annotations

from collections.abc import Iterable

import pytest

from gateway.cassette import scoping
from gateway.cassette.scoping import By, Scoping, named, shown
from gateway.http.messages import Headers, Request

P1, P2 = "a" * 32, "b" * 32
VOLUME, TRANSFER = "0a0a0a0a-0000-4000-8000-000000000001", "0a0a0a0a-0000-4000-8000-000000000002"


def ask(target: str, *headers: tuple[str, str], body: str = "", method: str = "GET") -> Request:
    given: Headers = tuple((name.encode(), value.encode()) for name, value in headers)
    return Request(method, target.encode(), given, body.encode())


def nobody(_: Iterable[str]) -> str | None:
    return None


def issued_in(scope: str, *ids: str) -> scoping.Issuer:
    return lambda asked: scope if set(ids) & set(asked) else None


@pytest.mark.parametrize(
    ("door", "header", "scope"),
    [("d", "h", "d"), ("", "h", "h"), ("", "", P1), ("", "default", ""), ("default", "h", "")],
)
def test_a_door_comes_before_a_header_and_a_header_before_the_rule(door: str, header: str, scope: str) -> None:
    assert Scoping("project", nobody).scope_of(ask(f"/v2/{P1}/volumes"), door, header) == scope


@pytest.mark.parametrize(
    ("by", "request_", "scope"),
    [
        (None, ask(f"/v2/{P1}/volumes", ("x-auth-token", "t")), ""),
        ("user", ask(f"/v2/{P1}/volumes", ("x-auth-token", "t")), ""),
        ("project", ask(f"/v2/{P1}/volumes"), P1),
        ("project", ask("/v2", ("x-project-id", P2)), P2),
        ("project", ask("/v2"), ""),
        ("token", ask("/v2", ("x-auth-token", "t")), "token-e3b98a4da31a"),
        ("token", ask("/v2", ("authorization", "SDK-HMAC-SHA256 Access=AK1, SignedHeaders=a, Signature=b")), "key-AK1"),
        ("token", ask("/v2", ("authorization", "Basic eA==")), ""),
        ("token", ask("/v2"), ""),
    ],
)
def test_what_the_rule_goes_by(by: By | None, request_: Request, scope: str) -> None:
    assert Scoping(by, nobody).scope_of(request_, "", "") == scope


@pytest.mark.parametrize(
    "joining",
    [
        ask(f"/v2/{P2}/os-volume-transfer/{TRANSFER}/accept", method="POST"),
        ask(f"/v2/{P2}/volumes?marker={TRANSFER}"),
        ask(f"/v2/{P2}/x", body=f'{{"transfer": "{TRANSFER}"}}', method="POST"),
    ],
)
def test_who_names_an_id_joins_the_scope_that_issued_it_and_stays(joining: Request) -> None:
    scoping = Scoping("project", issued_in(P1, TRANSFER))
    lists = ask(f"/v2/{P2}/volumes")
    assert [scoping.scope_of(each, "", "") for each in (lists, joining, lists)] == [P2, P1, P1]


def test_whoever_names_its_own_ids_stays_where_it_is() -> None:
    scoping = Scoping("project", issued_in(P2, VOLUME))
    assert scoping.scope_of(ask(f"/v2/{P2}/volumes/{VOLUME}"), "", "") == P2


def test_a_request_without_a_credential_goes_where_the_last_of_its_project_went() -> None:
    scoping = Scoping("token", nobody)
    bare, known = ask(f"/v2/{P1}/volumes"), ask(f"/v2/{P1}/volumes", ("x-auth-token", "t"))
    elsewhere = ask(f"/v2/{P2}/volumes")
    scopes = [scoping.scope_of(each, "", "") for each in (bare, known, bare, elsewhere)]
    assert scopes == ["", "token-e3b98a4da31a", "token-e3b98a4da31a", ""]


def test_only_the_latest_members_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cassette.scoping.REMEMBERED_MEMBERS", 1)
    made = Scoping("project", issued_in("s", VOLUME))
    for project in (P1, P2):
        made.scope_of(ask(f"/v2/{project}/volumes/{VOLUME}"), "", "")
    assert [made.scope_of(ask(f"/v2/{project}/volumes"), "", "") for project in (P1, P2)] == [P1, "s"]


def test_the_scope_without_a_name_has_one_for_people() -> None:
    assert [(shown(scope), named(shown(scope))) for scope in ("", "a")] == [("default", ""), ("a", "a")]

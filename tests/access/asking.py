"""Requests as contexts, and the values of keys in them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from gateway.access.facts import Facts
from gateway.access.keys import read_key
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.reading import Context, Surroundings
from gateway.access.values import Value
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match
from tests.access.worked import NOON

ALICE = Principal(
    user_id="u1",
    user_name="alice",
    domain_id="d1",
    domain_name="acme",
    project_id="P",
    project_name="ae-ad-1",
    auth_method=AuthMethod.SIGNATURE,
    assurance=Assurance.CLAIMED,
)


def context(request: str, body: Any = None, principal: Principal = ALICE, **facts: Any) -> Context:
    method, path = request.split(" ")
    match = CATALOGUE.identify(method, path.encode(), b"", body)
    assert isinstance(match, Match), match
    around = Surroundings("ae-ad-1", ZoneInfo("Asia/Dubai"))
    return Context(around, principal, match, Facts(**{"at": NOON, **facts}))


def value(key: str, request: str, body: Any = None, **more: Any) -> Value:
    return read_key(key).value(context(request, body, **more))


LIST, SHOW, CREATE = "GET /v2/P/volumes", "GET /v2/P/volumes/V1", "POST /v2/P/cloudvolumes"
EXTEND, BOOT = "POST /v2/P/volumes/V1/action", "POST /v2/P/volumes/V1/action"
META = "PUT /v2/P/volumes/V1/metadata"


def disk(**members: Any) -> dict[str, Any]:
    return {"volume": members}

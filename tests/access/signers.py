"""The vendor's own signer, as an oracle: signs requests, and signs what was signed again to see whether it agrees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import DerivationAKSKSigner, Signer

from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.signing import AccessKey
from gateway.http.messages import Request

AT = 1_772_532_000.0  # 2026-03-03T10:00:00Z
PROJECT = "a11ce0000000000000000000000a11ce"
AK, SK = "AKALICE0000000000001", "sk-of-alice-which-nobody-else-knows"
ALICE = Principal(
    user_id="u-alice",
    user_name="alice",
    domain_id="d1",
    project_id=PROJECT,
    ak=AK,
    auth_method=AuthMethod.SIGNATURE,
    assurance=Assurance.VERIFIED,
)
KEY = AccessKey(AK, SK.encode(), ALICE)
KEYS = {AK: KEY}
HOST = "gw.example:8776"
DISKS = f"/v2/{PROJECT}/cloudvolumes"
JSON = {"Content-Type": "application/json"}

_AUTHORIZATION = re.compile(r"SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})")


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def sdk_signed(
    method: str,
    path: str,
    query: Sequence[tuple[str, Any]] = (),
    headers: Mapping[str, str] = JSON,
    body: bytes = b"",
    at: float = AT,
    credentials: tuple[str, str] = (AK, SK),
    derived: bool = False,
) -> Request:
    """Return the request that the SDK sends for this."""
    given = {"Host": HOST, "X-Sdk-Date": stamp(at), "X-Project-Id": PROJECT, **headers}
    request = SdkRequest(method, "http", HOST, path, path, list(query), given, body)
    keys = BasicCredentials(*credentials, PROJECT)
    if derived:
        DerivationAKSKSigner(keys).sign(request, "evs", "ae-ad-1")
    else:
        Signer(keys).sign(request)
    sent = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in request.header_params.items())
    return Request(method, request.uri.encode(), sent, body)


def sdk_agrees(request: Request, credentials: tuple[str, str]) -> bool:
    """Return whether the SDK, signing the headers that this request says are signed, comes to the same signature."""
    said = _AUTHORIZATION.fullmatch((request.header(b"authorization") or b"").decode())
    if said is None or said[1] != credentials[0]:
        return False
    names = said[2].split(";")
    sent = {name.decode(): value.decode() for name, value in request.headers if name.decode() in names}
    parts = urlsplit(request.target.decode())
    query = parse_qsl(parts.query, keep_blank_values=True)
    again = SdkRequest(
        request.method, "http", sent.get("host"), parts.path, parts.path, query, dict(sent), request.body
    )
    Signer(BasicCredentials(*credentials, PROJECT)).sign(again)
    return bool(sent.keys() == set(names) and again.header_params["Authorization"] == said[0])


def changed(request: Request, name: bytes, value: bytes | None) -> Request:
    """Return the request with a header set, or without it."""
    kept = tuple(header for header in request.headers if header[0] != name)
    return request.with_headers(kept if value is None else (*kept, (name, value)))

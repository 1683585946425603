"""The vendor's own signer, as an oracle: signs requests, and signs what was signed again to see whether it agrees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
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
BODY = b'{"volume": {"size": 10, "availability_zone": "az-dc-1", "volume_type": "SSD"}}'
UNSIGNED = b"UNSIGNED-PAYLOAD"
WRONG = "the signature does not verify"
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


def rewritten(request: Request, pattern: bytes, by: bytes) -> Request:
    return changed(request, b"authorization", re.sub(pattern, by, request.header(b"authorization") or b""))


def attacks(at: float) -> dict[str, tuple[Request, str]]:
    """Return what an attacker may make of requests signed now, and what each is refused for."""
    signed, today = partial(sdk_signed, at=at), stamp(at)[:8]
    good = signed("POST", DISKS, body=BODY)
    textual = signed("POST", DISKS, headers={"Content-Type": "text/plain"}, body=BODY)
    hashed = signed("POST", DISKS, headers={**JSON, "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}, body=BODY)
    return {
        "changed body": (good.with_body(BODY.replace(b"10", b"99")), WRONG),
        "body taken away": (good.with_body(b""), WRONG),
        "changed case of the path": (good.with_target(DISKS.upper().encode()), WRONG),
        "changed query": (good.with_target(DISKS.encode() + b"?a=1"), WRONG),
        "changed method": (Request("PUT", good.target, good.headers, good.body), WRONG),
        "changed host": (changed(good, b"host", b"other"), WRONG),
        "changed project": (changed(good, b"x-project-id", b"other"), WRONG),
        "other key": (signed("GET", DISKS, credentials=(AK, "guessed")), WRONG),
        "unknown key": (signed("GET", DISKS, credentials=("AKNOBODY", SK)), WRONG),
        "derived for another region": (
            rewritten(signed("GET", DISKS, derived=True), rb"ae-ad-1", b"cn-north-1"),
            WRONG,
        ),
        "derived for another day": (
            rewritten(signed("GET", DISKS, derived=True), f"/{today}/".encode(), b"/20010101/"),
            "the key was derived for another day",
        ),
        "encoded slash": (signed("POST", DISKS.replace("/cloud", "%2Fcloud"), body=BODY), "an encoded slash"),
        "encoded slash, small": (good.with_target(DISKS.replace("/cloud", "%2fcloud").encode()), "an encoded slash"),
        "trailing slash": (good.with_target(DISKS.encode() + b"/"), "the path ends in a slash"),
        "dot segment": (signed("GET", "/v2/%2e%2e/v2"), "the path holds a dot segment"),
        "broken escape": (good.with_target(b"/v2/%zz"), "a broken percent-encoding"),
        "broken escape in the query": (good.with_target(b"/v2?a=%2"), "the query holds a broken percent-encoding"),
        "no UTF-8": (good.with_target(b"/v2/%ff"), "bytes that are not UTF-8"),
        "raw bytes": (good.with_target(b"/v2/\xc3\xa9"), "bytes that are not UTF-8"),
        "parameter twice": (signed("GET", DISKS, [("a", ["1", "2"])]), "the query names a parameter twice"),
        "plus for a blank": (good.with_target(DISKS.encode() + b"?a=b+c"), "a blank to some"),
        "unsigned payload": (hashed, "X-Sdk-Content-Sha256 is not the hash of the body"),
        "text": (textual, "X-Sdk-Content-Sha256 is not the hash of the body"),
        "hash of another body": (
            signed("POST", DISKS, headers={**JSON, "X-Sdk-Content-Sha256": "0" * 64}, body=BODY),
            "X-Sdk-Content-Sha256 is not the hash of the body",
        ),
        "hash sent, not signed": (
            changed(good, b"x-sdk-content-sha256", UNSIGNED),
            "x-sdk-content-sha256 is not among the signed headers",
        ),
        "account sent, not signed": (
            changed(good, b"x-domain-id", b"d2"),
            "x-domain-id is not among the signed headers",
        ),
        "host not signed": (rewritten(good, b"host;", b""), "host is not among the signed headers"),
        "date not signed": (rewritten(good, b";x-sdk-date", b""), "x-sdk-date is not among the signed headers"),
        "content type not signed": (rewritten(good, b"content-type;", b""), "content-type is not among the signed"),
        "project not signed": (rewritten(good, b"x-project-id;", b""), "x-project-id is not among the signed headers"),
        "signed and absent": (rewritten(good, b";x-sdk-date", b";x-s;x-sdk-date"), "a header that is not there"),
        "signed and there twice": (
            good.with_headers((*good.headers, (b"host", HOST.encode()))),
            "is there twice",
        ),
        "names not sorted": (rewritten(good, b"content-type;host", b"host;content-type"), "not a sorted list"),
        "name twice": (rewritten(good, b"host;", b"host;host;"), "not a sorted list"),
        "no date": (changed(good, b"x-sdk-date", None), "X-Sdk-Date is missing or malformed"),
        "no such date": (changed(good, b"x-sdk-date", b"20260230T100000Z"), "X-Sdk-Date is missing or malformed"),
        "date of another form": (changed(good, b"x-sdk-date", b"2026-03-03T10:00:00Z"), "missing or malformed"),
        "another date": (changed(good, b"x-sdk-date", stamp(at + 1).encode()), WRONG),
        "sixteen minutes late": (sdk_signed("POST", DISKS, body=BODY, at=at - 960), "more than 15 minutes away"),
        "sixteen minutes early": (sdk_signed("POST", DISKS, body=BODY, at=at + 960), "more than 15 minutes away"),
        "unknown scheme": (rewritten(good, b"SDK-HMAC-SHA256", b"SDK-HMAC-SM3"), "no signature of a known scheme"),
        "two keys": (rewritten(good, b"Access=", b"Access=a, Access="), "no signature of a known scheme"),
        "something behind": (rewritten(good, b"$", b", a=b"), "no signature of a known scheme"),
        "signature in capitals": (
            changed(good, b"authorization", (good.header(b"authorization") or b"")[:-1] + b"A"),
            "no signature of a known scheme",
        ),
        "no signature": (changed(good, b"authorization", None), "no signature of a known scheme"),
    }

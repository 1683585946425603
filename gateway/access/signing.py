"""Signatures with access keys: who signed this request, and one request signed anew.

Verifying is stricter than the services are. The body is always hashed here, so nobody can leave it unsigned; what has
several readings is refused before it is compared. An unknown key and a wrong signature cost and say the same.

Source: 3.2 Authentication; the vendor's signing guide (15 minutes, SDK-HMAC-SHA256); its SDK for the bytes, and for
V11-HMAC-SHA256, which clients take by themselves for hosts they do not know.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from gateway.access.canonical import ambiguity, body_hash, canonical_request
from gateway.access.principals import NOBODY, Principal
from gateway.http.messages import Request

CLOCK_WINDOW_S = 15 * 60

PLAIN = "SDK-HMAC-SHA256"
DERIVED = "V11-HMAC-SHA256"
# What signs for the cloud; a signature over more breaks at the first hop that touches a header.
_SIGNED_UPSTREAM = (b"content-type", b"host", b"x-project-id", b"x-sdk-content-sha256", b"x-sdk-date")
_ALWAYS_SIGNED = frozenset({b"host", b"x-sdk-date"})
# They say on whose behalf, so they may be sent only when they are signed.
_SIGNED_IF_SENT = frozenset({b"x-project-id", b"x-domain-id", b"x-sdk-content-sha256"})
_JSON = frozenset({b"application/json", b"application/bson"})

_KEY = r"(?P<ak>[A-Za-z0-9._-]{1,128})"
_REST = r", SignedHeaders=(?P<signed>[a-z0-9.!#$%&'*+^`|~;-]+), Signature=(?P<signature>[0-9a-f]{64})"
_FORMS = (
    re.compile(rf"(?P<scheme>{PLAIN}) Access={_KEY}{_REST}"),
    re.compile(rf"(?P<scheme>{DERIVED}) Credential={_KEY}/(?P<info>[0-9]{{8}}/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+){_REST}"),
)
_DATE = re.compile(rb"[0-9]{8}T[0-9]{6}Z")
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
_UNKNOWN_OR_WRONG = "the signature does not verify"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key with its secret half, and who acts when it signs."""

    ak: str
    sk: bytes = field(repr=False)
    principal: Principal = NOBODY


@dataclass(frozen=True, slots=True)
class Signature:
    """What an Authorization header says. `info` is the date, region and service of a derived key, or empty."""

    scheme: str
    ak: str
    info: str
    signed: tuple[bytes, ...]
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """A request was signed by the key's owner. Units: `dated_at` in seconds since the epoch."""

    key: AccessKey
    signature: Signature
    dated_at: float


@dataclass(frozen=True, slots=True)
class BadSignature:
    """Nobody is known to have signed this request, and why, for the client to read."""

    reason: str


def parse_signature(authorization: bytes) -> Signature | None:
    """Read an Authorization header, or return None when it is no signature of a known scheme."""
    text = authorization.decode("latin-1")
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    parts = found.groupdict()
    signed = tuple(name.encode() for name in parts["signed"].split(";"))
    return Signature(parts["scheme"], parts["ak"], parts.get("info", ""), signed, parts["signature"])


def verify(request: Request, keys: Mapping[str, AccessKey], at: float) -> Verified | BadSignature:
    """Decide whether one of the keys signed this request, whole and lately. Repetition is not judged here."""
    signature = parse_signature(request.header(b"authorization") or b"")
    if signature is None:
        return BadSignature("the Authorization header is no signature of a known scheme")
    dated_at = _date_of(request)
    if dated_at is None:
        return BadSignature("X-Sdk-Date is missing or malformed")
    fault = _form_fault(request, signature) or _body_fault(request) or _date_fault(request, signature, dated_at, at)
    if fault is not None:
        return BadSignature(fault)
    key = keys.get(signature.ak)
    expected = _signature_of(request, signature, key or _NO_KEY)
    if not hmac.compare_digest(expected, signature.value) or key is None:
        return BadSignature(_UNKNOWN_OR_WRONG)
    return Verified(key, signature, dated_at)


def sign(request: Request, key: AccessKey, at: float) -> Request:
    """Return the request with a signature of its own by this key, made now. It must hold its Host already.

    Any earlier signature goes, with its date and body hash. Units: `at` in seconds since the epoch.
    """
    kept = tuple(header for header in request.headers if header[0] not in _MADE_HERE)
    dated = request.with_headers(
        (
            *kept,
            (b"x-sdk-date", datetime.fromtimestamp(at, UTC).strftime(_DATE_FORMAT).encode()),
            (b"x-sdk-content-sha256", body_hash(request.body)),
        )
    )
    sent = {name for name, _ in dated.headers}
    names = tuple(name for name in _SIGNED_UPSTREAM if name in sent)
    value = _signature_of(dated, Signature(PLAIN, key.ak, "", names, ""), key)
    said = f"{PLAIN} Access={key.ak}, SignedHeaders={b';'.join(names).decode()}, Signature={value}"
    return dated.with_headers((*dated.headers, (b"authorization", said.encode())))


_MADE_HERE = frozenset({b"authorization", b"x-sdk-date", b"x-sdk-content-sha256"})
_NO_KEY = AccessKey("", b"nobody")


def _form_fault(request: Request, signature: Signature) -> str | None:
    """Return what keeps this signature from covering the request in one reading only."""
    sent = [name for name, _ in request.headers]
    signed = set(signature.signed)
    if signature.signed != tuple(sorted(signed)):
        return "SignedHeaders is not a sorted list of names"
    if any(sent.count(name) != 1 for name in signed):
        return "SignedHeaders names a header that is not there, or is there twice"
    required = _ALWAYS_SIGNED | (_SIGNED_IF_SENT & set(sent)) | ({b"content-type"} if request.body else set())
    if not required <= signed:
        return f"{min(required - signed).decode()} is not among the signed headers"
    return ambiguity(request)


def _body_fault(request: Request) -> str | None:
    """Return what leaves the body unsigned, or contradicts it."""
    given = request.header(b"x-sdk-content-sha256")
    if given is not None and given != body_hash(request.body):
        return "X-Sdk-Content-Sha256 is not the hash of the body"
    media_type = (request.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if request.body and media_type not in _JSON:
        return "signers leave a body of this content type unsigned"
    return None


def _date_of(request: Request) -> float | None:
    given = request.header(b"x-sdk-date") or b""
    if not _DATE.fullmatch(given):
        return None
    try:
        return datetime.strptime(given.decode(), _DATE_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _date_fault(request: Request, signature: Signature, dated_at: float, at: float) -> str | None:
    if abs(at - dated_at) > CLOCK_WINDOW_S:
        return "X-Sdk-Date is more than 15 minutes away from now"
    date = (request.header(b"x-sdk-date") or b"")[:8].decode()
    if signature.info and not signature.info.startswith(date):
        return "the key was derived for another day"
    return None


def _signature_of(request: Request, signature: Signature, key: AccessKey) -> str:
    canonical = canonical_request(request, signature.signed, body_hash(request.body))
    lines = [signature.scheme, (request.header(b"x-sdk-date") or b"").decode()]
    if signature.info:
        lines.append(signature.info)
    text = "\n".join((*lines, sha256(canonical).hexdigest()))
    return hmac.new(_secret_of(key, signature), text.encode(), sha256).hexdigest()


def _secret_of(key: AccessKey, signature: Signature) -> bytes:
    """Return the secret that signs: the key's own, or for V11 the one derived from it (HKDF, RFC 5869)."""
    if not signature.info:
        return key.sk
    pseudorandom = hmac.digest(key.ak.encode(), key.sk, sha256)
    return hmac.digest(pseudorandom, signature.info.encode() + b"\1", sha256).hex().encode()

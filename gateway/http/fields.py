"""The header fields of a request: which ones are refused, and which ones are taken away before anybody looks.

Refused is what two readers could understand differently: fields of one value that come twice, names that another
server folds into a name that is judged, `Connection` naming such a field. Taken away is what a client may not say:
who it is (the cloud's own proxies say that to each other) and that its method or path is another one.

Source: RFC 9110, sections 5 and 7.6.1; the list that keystonemiddleware removes; research on admission.
"""

from __future__ import annotations

import re

from gateway.http.framing import TOKEN_BYTES, VALUE_BYTES
from gateway.http.messages import HOP_BY_HOP, Headers
from gateway.http.target import Inadmissible

# Two tokens of 100 KB and everything else; more fields than any client sends.
MAX_FIELDS_BYTES = 256 * 1024
MAX_FIELDS = 128

# One value each, and the judgement or the framing depends on it.
SINGLETONS = frozenset(
    {
        *(b"host", b"content-length", b"content-type", b"content-encoding", b"transfer-encoding", b"expect"),
        *(b"authorization", b"proxy-authorization", b"x-auth-token", b"x-subject-token", b"x-security-token"),
        *(b"x-project-id", b"x-domain-id", b"x-sdk-date", b"x-sdk-content-sha256", b"x-evs-gateway-scope"),
    }
)
_OVERRIDES = frozenset(
    {
        *(b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-method"),
        *(b"x-original-url", b"x-original-uri", b"x-rewrite-url"),
    }
)
_IDENTITIES = frozenset(
    {
        *(b"x-identity-status", b"x-user", b"x-user-id", b"x-user-name", b"x-user-domain-id", b"x-user-domain-name"),
        *(b"x-project-name", b"x-project-domain-id", b"x-project-domain-name", b"x-domain-name"),
        *(b"x-tenant", b"x-tenant-id", b"x-tenant-name", b"x-role", b"x-roles", b"x-is-admin-project"),
        b"openstack-system-scope",
    }
)
_SERVICE_PREFIX = b"x-service-"
_STRIPPED = _OVERRIDES | _IDENTITIES
_WATCHED = SINGLETONS | _STRIPPED | HOP_BY_HOP
# What `Connection` says nearly always: nothing about other fields.
_PLAIN_CONNECTIONS = frozenset({b"keep-alive", b"Keep-Alive", b"close"})

_NAME_BYTES = bytes(set(TOKEN_BYTES.lower()) - {*b"_"})
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def judge_fields(headers: Headers) -> Inadmissible | Headers:
    """Return the fields that may be looked at, in their order, or why there are none.

    Errors: 431 for too many or too large ones, 417 for an unknown expectation, 400 for the others.
    """
    fields = dict(headers)
    if len(fields) == len(headers) and _are_plain(fields):
        return headers
    fault = _size_fault(headers) or _grammar_fault(headers) or _meaning_fault(headers)
    if fault is not None:
        return fault
    return tuple((name, value) for name, value in headers if not _is_stripped(name.lower()))


def _are_plain(fields: dict[bytes, bytes]) -> bool:
    """Return whether there is nothing about these fields to refuse or to take away. The way of nearly all requests."""
    names, values = b"".join(fields), b"".join(fields.values())
    return (
        len(names) + len(values) <= MAX_FIELDS_BYTES
        and len(fields) <= MAX_FIELDS
        and not names.translate(None, _NAME_BYTES)
        and not values.translate(None, VALUE_BYTES)
        and b"" not in fields
        and _STRIPPED.isdisjoint(fields)
        and _SERVICE_PREFIX not in names
        and fields.get(b"connection", b"close") in _PLAIN_CONNECTIONS
        and _HOST.fullmatch(fields.get(b"host", b"-")) is not None
        and b"expect" not in fields
    )


def _size_fault(headers: Headers) -> Inadmissible | None:
    if len(headers) > MAX_FIELDS:
        return Inadmissible(431, f"The request has more than {MAX_FIELDS} header fields.")
    if sum(len(name) + len(value) for name, value in headers) > MAX_FIELDS_BYTES:
        return Inadmissible(431, f"The request header fields are larger than {MAX_FIELDS_BYTES} bytes.")
    return None


def _grammar_fault(headers: Headers) -> Inadmissible | None:
    for name, value in headers:
        if not name or name.translate(None, TOKEN_BYTES):
            return Inadmissible(400, "The name of a header field is malformed.")
        if value.translate(None, VALUE_BYTES):
            return Inadmissible(400, f"The header field {name.decode()} holds a control character.")
        if b"_" in name and _is_watched(name.lower().replace(b"_", b"-")):
            return Inadmissible(400, f"The header field {name.decode()} would be another one to some servers.")
    return None


def _meaning_fault(headers: Headers) -> Inadmissible | None:
    seen: set[bytes] = set()
    for name in (name.lower() for name, _ in headers):
        if name in SINGLETONS and name in seen:
            return Inadmissible(400, f"The header field {name.decode()} stands twice in the request.")
        seen.add(name)
    for name, value in headers:
        fault = _CHECKS[name.lower()](value) if name.lower() in _CHECKS else None
        if fault is not None:
            return fault
    return None


def _host_fault(value: bytes) -> Inadmissible | None:
    return None if _HOST.fullmatch(value) else Inadmissible(400, "The Host header is malformed.")


def _connection_fault(value: bytes) -> Inadmissible | None:
    """Refuse to drop what is judged: it would be judged here and missing there."""
    named = {option.strip(b" \t").lower() for option in value.split(b",")}
    judged = sorted(named & SINGLETONS)
    return Inadmissible(400, f"Connection may not name {judged[0].decode()}.") if judged else None


def _expect_fault(value: bytes) -> Inadmissible | None:
    return None if value.lower() == b"100-continue" else Inadmissible(417, "The only expectation is 100-continue.")


_CHECKS = {b"host": _host_fault, b"connection": _connection_fault, b"expect": _expect_fault}


def _is_watched(name: bytes) -> bool:
    return name in _WATCHED or name.startswith(_SERVICE_PREFIX)


def _is_stripped(name: bytes) -> bool:
    return name in _STRIPPED or name.startswith(_SERVICE_PREFIX)

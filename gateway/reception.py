"""Reads requests: whether they may be looked at, what they ask, and what validation has to say about it.

All of that follows from the bytes of a request alone, so it is found out once for equal ones: for equal header fields,
for equal requests without a body, and for equal lines of those with one. Knows no time, no state and no policies.
"""

from __future__ import annotations

from typing import TypeVar

from gateway.access.identity import Identity
from gateway.arrivals import Asked, Head, Received
from gateway.cassette.credentials import credential_in
from gateway.contract.catalogue import Catalogue, Located
from gateway.contract.fleeting import shared
from gateway.contract.model import Family, Match, Unmatched
from gateway.http import refusals
from gateway.http.admission import Inadmissible, content_of, judge_line, read_body
from gateway.http.fields import judge_fields
from gateway.http.messages import Headers, Request, end_to_end, first_header
from gateway.http.remembered import Remembered
from gateway.modes import Level
from gateway.rules import Rules
from gateway.validation import Finding, VolumeTypes, validate_content, validate_line

SCOPE_HEADER = b"x-evs-gateway-scope"
IAM_PATHS = (("v3", "auth"), ("v3", "projects"))
READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Requests and lines that are remembered, by their target and header fields; emptied when full.
MOST_REMEMBERED = 1024
MOST_BYTES_OF_TARGET = 2048
MOST_BYTES_OF_HEAD = 8192

T = TypeVar("T")
_Key = tuple[str, bytes, Head, str]


@shared
class _Line:
    """A request line with header fields, for requests that have a body. `asked` is what they ask, by operation."""

    head: Head
    located: Located
    asked: dict[str, tuple[Asked, tuple[Finding, ...]]]


class Reception:
    """Reads the requests of one pipeline. `identity` knows which credentials it will be asked about."""

    def __init__(self, catalogue: Catalogue, rules: Rules, identity: Identity | None) -> None:
        self._catalogue = catalogue
        self._rules = rules
        self._identity = identity
        self._types = VolumeTypes(added=rules.volume_types)
        self._heads = Remembered(self._head)
        self._received: dict[_Key, Received] = {}
        self._lines: dict[_Key, _Line] = {}

    def read(self, request: Request) -> Received | Inadmissible:
        """Return what a request asks, or why it may not be looked at.

        Errors: as `gateway.http.admission.admit` has them.
        """
        head = self._heads.of(request.headers)
        if isinstance(head, Inadmissible):
            return judge_line(request.method, request.target) or head
        key = request.method, request.target, head, request.scheme
        if request.body:
            return self._with_body(request, key)
        return self._received.get(key) or self._without_body(key)

    def _without_body(self, key: _Key) -> Received | Inadmissible:
        method, target, head, scheme = key
        fault = judge_line(method, target) or _size_fault(head)
        if fault is not None:
            return fault
        path, _, query = target.partition(b"?")
        identified = self._catalogue.locate(method, path, query).with_body(None)
        asked, findings = self._asked(method, target, head, scheme, identified, has_body=False)
        received = Received(asked, identified, findings + self._about_content(identified, has_body=False))
        _keep(self._received, key, received)
        return received

    def _with_body(self, request: Request, key: _Key) -> Received | Inadmissible:
        line = self._lines.get(key) or self._line(key)
        if isinstance(line, Inadmissible):
            return line
        read = read_body(request.body, line.head.content)
        if isinstance(read, Inadmissible):
            return read
        identified = line.located.with_body(None if read is None else read.value)
        name = identified.operation.id if isinstance(identified, Match) else identified.reason
        known = line.asked.get(name)
        if known is None:
            known = line.asked[name] = self._asked(*key, identified, has_body=True)
        return Received(known[0], identified, known[1] + self._about_content(identified, has_body=True))

    def _line(self, key: _Key) -> _Line | Inadmissible:
        method, target, head, _ = key
        fault = judge_line(method, target)
        if fault is not None:
            return fault
        path, _, query = target.partition(b"?")
        line = _Line(head, self._catalogue.locate(method, path, query), {})
        _keep(self._lines, key, line)
        return line

    def _asked(
        self, method: str, target: bytes, head: Head, scheme: str, identified: Match | Unmatched, *, has_body: bool
    ) -> tuple[Asked, tuple[Finding, ...]]:
        """Return what is asked, and the findings that depend on no content of a body."""
        operation = identified.operation if isinstance(identified, Match) else None
        asked = Asked(
            head,
            method,
            target,
            operation,
            family_of(target) if operation is None else operation.family,
            self._rules.mode if operation is None else self._rules.modes.get(operation.id, self._rules.mode),
            method not in READ_METHODS if operation is None else operation.effect.is_write,
            self._rules.public_url or f"{scheme}://{head.host}",
            _is_about_iam(identified),
        )
        if isinstance(identified, Unmatched) or self._rules.validation is Level.OFF:
            return asked, ()
        findings = validate_line(identified, has_body, head.headers, self._types)
        return asked, self._rules.severities.applied(identified.operation.id, findings)

    def _about_content(self, identified: Match | Unmatched, *, has_body: bool) -> tuple[Finding, ...]:
        if isinstance(identified, Unmatched) or self._rules.validation is Level.OFF:
            return ()
        findings = validate_content(identified, has_body, self._types)
        return self._rules.severities.applied(identified.operation.id, findings)

    def _head(self, headers: Headers) -> Head | Inadmissible:
        admitted = judge_fields(headers)
        if isinstance(admitted, Inadmissible):
            return admitted
        scope = first_header(admitted, SCOPE_HEADER)
        kept = admitted if scope is None else tuple(each for each in admitted if each[0] != SCOPE_HEADER)
        return Head(
            admitted,
            kept,
            end_to_end(kept),
            sum(len(name) + len(value) for name, value in admitted),
            (first_header(kept, b"host") or b"localhost").decode("latin-1"),
            (scope or b"").decode("latin-1"),
            content_of(kept),
            credential_in(kept),
            None if self._identity is None else self._identity.shown(admitted),
            _text(first_header(kept, b"x-project-id")),
            _text(first_header(kept, b"x-domain-id")),
        )


def family_of(target: bytes) -> Family:
    """Return the family that an undocumented request is answered in."""
    path = target.partition(b"?")[0]
    return refusals.family_of(tuple(path.decode("latin-1").strip("/").split("/")))


def _is_about_iam(identified: Match | Unmatched) -> bool:
    """Return whether a request belongs to the identity service: its operations and paths, or else the block storage."""
    if isinstance(identified, Match):
        return identified.operation.family is Family.IAM
    return identified.segments[:2] in IAM_PATHS


def _size_fault(head: Head) -> Inadmissible | None:
    """Return why a request without a body is refused for the one it announces, or None."""
    fault = read_body(b"", head.content)
    return fault if isinstance(fault, Inadmissible) else None


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _keep(table: dict[_Key, T], key: _Key, found: T) -> None:
    """Remember what was found, unless it is large."""
    _, target, head, _ = key
    if len(target) > MOST_BYTES_OF_TARGET or head.size > MOST_BYTES_OF_HEAD:
        return
    if len(table) >= MOST_REMEMBERED:
        table.clear()
    table[key] = found

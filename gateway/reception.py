"""Reads requests: whether they may be looked at, what they ask, and what validation has to say about it.

All of that follows from the bytes of a request alone, so it is found out once for equal ones: for equal header fields,
for equal requests without a body, and for equal lines of those with one. Knows no time, no state and no policies.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from gateway.access.identity import Identity
from gateway.arrivals import Asked, Head, Received
from gateway.cassette.credentials import credential_in
from gateway.contract.catalogue import Catalogue, Located
from gateway.contract.fleeting import shared
from gateway.contract.header_rules import READ
from gateway.contract.model import Family, Match, Unmatched
from gateway.contract.shapes import STANDARD_TYPES
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
MOST_SEEN = 16 * 1024
MOST_BYTES_OF_TARGET = 2048
MOST_BYTES_OF_HEAD = 8192

T = TypeVar("T")
_Key = tuple[str, bytes, Head, str]


class Twice(Generic[T]):
    """What was found out about requests that came twice. Those that come once are most where ids differ, and they are
    not worth their place. Small ones only, and emptied when full."""

    def __init__(self) -> None:
        self.known: dict[_Key, T] = {}
        self._once: set[int] = set()

    def keep(self, key: _Key, found: T) -> None:
        name = hash(key)
        if name not in self._once:
            if len(self._once) >= MOST_SEEN:
                self._once.clear()
            self._once.add(name)
        elif len(key[1]) <= MOST_BYTES_OF_TARGET and key[2].size <= MOST_BYTES_OF_HEAD:
            if len(self.known) >= MOST_REMEMBERED:
                self.known.clear()
            self.known[key] = found


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
        self._types = VolumeTypes(added=rules.volume_types) if rules.volume_types else STANDARD_TYPES
        self._manners = {
            each.id: (rules.modes.get(each.id, rules.mode), each.effect.is_write, each.family is Family.IAM)
            for each in catalogue.operations
        }
        self._heads = Remembered(self._head)
        self._received: Twice[Received] = Twice()
        self._lines: Twice[_Line] = Twice()

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
        return self._received.known.get(key) or self._without_body(key)

    def _without_body(self, key: _Key) -> Received | Inadmissible:
        method, target, head, scheme = key
        fault = judge_line(method, target) or _size_fault(head)
        if fault is not None:
            return fault
        path, _, query = target.partition(b"?")
        identified = self._catalogue.identify(method, path, query, None)
        asked, findings = self._asked(method, target, head, scheme, identified, has_body=False)
        received = Received(asked, identified, findings + self._about_content(identified, has_body=False))
        self._received.keep(key, received)
        return received

    def _with_body(self, request: Request, key: _Key) -> Received | Inadmissible:
        line = self._lines.known.get(key) or self._line(key)
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
        self._lines.keep(key, line)
        return line

    def _asked(
        self, method: str, target: bytes, head: Head, scheme: str, identified: Match | Unmatched, *, has_body: bool
    ) -> tuple[Asked, tuple[Finding, ...]]:
        """Return what is asked, and the findings that depend on no content of a body."""
        base_url = self._rules.public_url or (head.base_url if scheme == "http" else f"{scheme}://{head.host}")
        if isinstance(identified, Unmatched):
            is_write, about_iam = method not in READ_METHODS, identified.segments[:2] in IAM_PATHS
            mode, family = self._rules.mode, family_of(target)
            return Asked(head, method, target, None, family, mode, is_write, base_url, about_iam), ()
        operation = identified.operation
        mode, is_write, about_iam = self._manners[operation.id]
        asked = Asked(head, method, target, operation, operation.family, mode, is_write, base_url, about_iam)
        if self._rules.validation is Level.OFF:
            return asked, ()
        findings = validate_line(identified, has_body, head.judged, self._types)
        return asked, self._rules.severities.applied(operation.id, findings) if findings else ()

    def _about_content(self, identified: Match | Unmatched, *, has_body: bool) -> tuple[Finding, ...]:
        if isinstance(identified, Unmatched) or self._rules.validation is Level.OFF:
            return ()
        findings = validate_content(identified, has_body, self._types)
        return self._rules.severities.applied(identified.operation.id, findings) if findings else ()

    def _head(self, headers: Headers) -> Head | Inadmissible:
        admitted = judge_fields(headers)
        if isinstance(admitted, Inadmissible):
            return admitted
        scope = first_header(admitted, SCOPE_HEADER)
        kept = admitted if scope is None else tuple(each for each in admitted if each[0] != SCOPE_HEADER)
        host = (first_header(kept, b"host") or b"localhost").decode("latin-1")
        return Head(
            admitted,
            kept,
            end_to_end(kept),
            tuple(each for each in kept if each[0] in READ),
            sum(len(name) + len(value) for name, value in admitted),
            host,
            f"http://{host}",
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


def _size_fault(head: Head) -> Inadmissible | None:
    """Return why a request without a body is refused for the one it announces, or None."""
    fault = read_body(b"", head.content)
    return fault if isinstance(fault, Inadmissible) else None


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")

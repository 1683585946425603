"""Redaction: what leaves here may be stored. Nothing else may.

Two steps. What is secret by its place goes first (`removal`); then every value that went is hunted in everything else
of the exchange, with the recent ones of this redactor's life. What cannot be proven clean is withheld: an empty body, a
header less. Most traffic gives no reason to look closely (`at_sight`); what is stored is the same either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.cassette.at_sight import AtSight, is_coded
from gateway.cassette.heads import Heads
from gateway.cassette.hints import hints, is_text
from gateway.cassette.removal import Removal
from gateway.cassette.secrets import request_treatment, response_treatment
from gateway.cassette.taint import Taint, Taints, hunted
from gateway.contract.fleeting import fleeting
from gateway.contract.model import Operation
from gateway.http.messages import Headers, Request, Response

WITHHELD = "withheld"
_NOTHING = Response(0)
_WITHHELD_TARGET = b"/withheld"


@fleeting
class Redacted:
    """A request and its response as they may be stored, and the rules that removed something."""

    request: Request
    response: Response
    rules: tuple[str, ...]


class Redactor:
    """Redacts the exchanges of one installation. `key` makes the placeholders; the life of this object is the scope in
    which removed values are hunted."""

    def __init__(self, key: bytes) -> None:
        self._taints = Taints(key)
        self._at_sight = AtSight(self._taints)

    def redact(self, request: Request, response: Response, operation: Operation | None) -> Redacted:
        """Return the exchange as it may be stored. Without an operation nobody knows the bodies' meaning: they are
        searched for the shapes of tokens too."""
        stored = self._at_sight.stored(request, response) if operation is not None else None
        return self.redact_closely(request, response, operation) if stored is None else Redacted(*stored)

    def redact_closely(self, request: Request, response: Response, operation: Operation | None) -> Redacted:
        """Return the same, without first looking whether there is a reason to look closely."""
        removal = Removal(self._taints)
        request, response = _heads(request, response, removal)
        request, response = _readable(request, response, removal)
        if operation is None:
            request = request.with_body(removal.shapes(request.body))
            response = _with_body(response, removal.shapes(response.body))
        if hints(request.body) or hints(response.body):
            request, response = _bodies(request, response, removal)
        request, response = self._hunt(request, response, removal)
        return Redacted(request, response, tuple(sorted(removal.rules)))

    def head(self, request: Request, kept: frozenset[bytes]) -> Redacted:
        """Return a request as it may be stored without a body and with these headers only, beside no response. The
        secrets of all its headers are hunted in what stays."""
        removal = Removal(self._taints)
        headers = removal.headers(request.headers, request_treatment)
        stays = tuple([header for header in headers if header[0] in kept])
        target = removal.link(request.target)
        bare = Request(request.method, target, stays, b"", request.scheme, request.connection)
        clean, nothing = self._hunt(bare, _NOTHING, removal)
        return Redacted(clean, nothing, tuple(sorted(removal.rules)))

    def heads(self, kept: frozenset[bytes]) -> Heads:
        """Return what tells most requests that `head` would leave as they are, less what is secret in their headers."""
        return Heads(self._taints, kept)

    def scrub(self, text: bytes) -> bytes:
        """Return a text for a log or a report without secrets."""
        if b"=" not in text and b":" not in text and not self._taints.may_be_in(text):
            return text
        clean = hunted(text, _longest_first(each for each in self._taints if each.may_be_in(text)))
        return WITHHELD.encode() if clean is None else Removal(self._taints).text(clean)

    def _hunt(self, request: Request, response: Response, removal: Removal) -> tuple[Request, Response]:
        texts = _stored_texts(request, response)
        if not any(map(self._taints.may_be_in, texts)) and not _show(removal.found, texts):
            return request, response
        known = (each for each in self._taints if each not in removal.found)
        suspects = [each for each in (*removal.found, *known) if _show((each,), texts)]
        removal.rules.add("taint")
        return _cleaned(request, response, _longest_first(suspects), removal)


def _heads(request: Request, response: Response, removal: Removal) -> tuple[Request, Response]:
    """Return both without the headers and query values that are secret by name."""
    stored = Request(
        request.method,
        removal.link(request.target),
        removal.headers(request.headers, request_treatment),
        _decoded(request.headers, request.body, removal),
        request.scheme,
        request.connection,
    )
    answered = _with_body(response, _decoded(response.headers, response.body, removal))
    kept = removal.headers(answered.headers, response_treatment)
    return stored, Response(answered.status, kept, answered.body)


def _decoded(headers: Headers, body: bytes, removal: Removal) -> bytes:
    """Return the body unless it is still coded: nobody can look into that."""
    if not body or not is_coded(headers):
        return body
    removal.rules.add(WITHHELD)
    return b""


def _readable(request: Request, response: Response, removal: Removal) -> tuple[Request, Response]:
    """Return both, a body that is no text replaced by an empty one."""
    for message in (request, response):
        if not is_text(message.body, message.header(b"content-type") or b""):
            removal.rules.add(WITHHELD)
            if isinstance(message, Request):
                request = message.with_body(b"")
            else:
                response = _with_body(message, b"")
    return request, response


def _with_body(response: Response, body: bytes) -> Response:
    """Return the response with another body; with the same one its Content-Length stays too, as HEAD needs."""
    return response if body == response.body else response.with_body(body)


def _stored_texts(request: Request, response: Response) -> tuple[bytes, bytes]:
    """Return what will be stored to be searched: the short texts as one, and the body of the answer."""
    values = (value for _, value in (*request.headers, *response.headers))
    return b"\n".join((request.target, *values, request.body)), response.body


def _show(taints: Iterable[Taint], texts: Iterable[bytes]) -> bool:
    return any(each.may_be_in(text) for each in taints for text in texts)


def _bodies(request: Request, response: Response, removal: Removal) -> tuple[Request, Response]:
    asked = _body(request.body, request.header(b"content-type"), removal)
    answered = _body(response.body, response.header(b"content-type"), removal)
    return request.with_body(asked), _with_body(response, answered)


def _body(body: bytes, content_type: bytes | None, removal: Removal) -> bytes:
    clean = removal.body(body, content_type or b"") if body else body
    if clean is None:
        removal.rules.add(WITHHELD)
        return b""
    return clean


def _longest_first(taints: Iterable[Taint]) -> list[Taint]:
    """Return the values so that one which contains another is removed whole."""
    return sorted(taints, key=lambda each: -len(each.value))


def _cleaned(request: Request, response: Response, suspects: list[Taint], removal: Removal) -> tuple[Request, Response]:
    """Return both without the suspects, in target, header values and bodies."""

    def part(text: bytes, instead: bytes) -> bytes:
        clean = hunted(text, suspects)
        if clean is None:
            removal.rules.add(WITHHELD)
        return instead if clean is None else clean

    def headers(pairs: Headers) -> Headers:
        return tuple((name, part(value, WITHHELD.encode())) for name, value in pairs)

    asked = replace(
        request,
        target=part(request.target, _WITHHELD_TARGET),
        headers=headers(request.headers),
        body=part(request.body, b""),
    )
    answered = replace(response, headers=headers(response.headers))
    return asked, _with_body(answered, part(response.body, b""))

"""Exchanges that other tools wrote down or shall read: what their forms lack, and what they have too much.

A foreign form names a host and knows no operation, no class of credentials. Ours goes along as `Marks`, so that an
exchange survives the way there and back; of an exchange without marks the same is worked out from what is there.
Nothing here redacts: whoever imports does that after the reading and before anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, Field

from gateway.cassette.credentials import credential_class
from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.ids import Mint
from gateway.cassette.kinds import ALIAS_MARK, SECRET, kind_of
from gateway.cassette.text_forms import Form, is_latin
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Operation
from gateway.http.admission import Inadmissible, admit
from gateway.http.messages import Headers, Request, Response, end_to_end

# A name that never resolves: a cassette names no host. Source: RFC 2606, section 2.
ORIGIN = "http://evs.invalid"
UNAUTHENTICATED = 401
_URL_SAFE = "/?&=%:@!$'()*+,;~-._[]"
_ALIAS = re.compile(ALIAS_MARK.encode())
_HOLDER = Mint.of("export")

Seconds = Annotated[float, Field(ge=0, le=1e11)]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of another tool holds, not redacted yet; `skipped` says of every entry that is no exchange why."""

    exchanges: list[Exchange]
    skipped: tuple[str, ...] = ()


class Marks(Form):
    """What a foreign form has no place for. `target` only where a URL cannot say it."""

    operation: str
    credential: CredentialClass
    started_at: Seconds
    completed_at: Seconds
    connection: str = ""
    target: Annotated[str, AfterValidator(is_latin)] | None = None
    redactions: list[str] = Field(default_factory=list)
    findings: list[str] = Field(default_factory=list)


def marked(exchange: Exchange, url: str) -> dict[str, object]:
    """Return the marks of an exchange that stands under a URL."""
    target = exchange.request.target
    marks = {
        "operation": exchange.operation,
        "credential": exchange.credential.value,
        "started_at": exchange.started_at,
        "completed_at": exchange.completed_at,
        "connection": exchange.connection,
        "target": None if target_of(url) == target else target.decode("latin-1"),
        "redactions": list(exchange.redactions),
        "findings": list(exchange.findings),
    }
    return {name: value for name, value in marks.items() if value not in (None, "", [])}


def unmarked(marks: Marks, request: Request, response: Response) -> Exchange:
    """Return the exchange that was written with these marks."""
    target = request.target if marks.target is None else marks.target.encode("latin-1")
    return Exchange(
        marks.operation,
        replace(request, target=target, connection=marks.connection),
        response,
        marks.started_at,
        marks.completed_at,
        marks.credential,
        tuple(marks.redactions),
        tuple(marks.findings),
    )


def understood(request: Request, response: Response, started_at: float, completed_at: float) -> Exchange:
    """Return an exchange of another tool as the gateway would have recorded it, not redacted yet."""
    request = request.with_headers(_plain(request.headers))
    response = _as_read(replace(response, headers=_plain(response.headers)))
    operation = _operation(request)
    return Exchange(
        operation.id if operation else UNDOCUMENTED,
        request,
        response,
        started_at,
        max(started_at, completed_at),
        _credential(request, response, operation),
    )


def url_of(target: bytes, origin: str) -> str:
    """Return the URL of a target, its bytes that no URL may have percent-encoded."""
    return origin + quote(target, safe=_URL_SAFE)


def target_of(url: str) -> bytes:
    """Return path and query of a URL as a client sends them."""
    rest = url.partition("://")[2].partition("#")[0]
    start = next((place for place, letter in enumerate(rest) if letter in "/?"), len(rest))
    target = rest[start:] if rest[start:].startswith("/") else f"/{rest[start:]}"
    return quote(target.encode("utf-8", "surrogatepass"), safe=_URL_SAFE).encode()


def octets(text: str) -> bytes:
    """Return the bytes that a header value in a foreign form stands for."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def lifelike(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """Yield the exchanges with a valid id for every alias: other tools hand out what they find."""
    for exchange in exchanges:
        request, response = exchange.request, exchange.response
        asked = _live(request.body)
        answered = replace(response, headers=_live_headers(response.headers))
        yield replace(
            exchange,
            request=replace(request, target=_live(request.target), headers=_live_headers(request.headers), body=asked),
            response=answered if _live(response.body) == response.body else answered.with_body(_live(response.body)),
        )


def _live(text: bytes) -> bytes:
    return _ALIAS.sub(lambda found: _value(found[0]), text) if b"<" in text else text


def _value(alias: bytes) -> bytes:
    """Return the value that stands for an alias; a secret stays one that is seen to be none."""
    name = alias.decode()
    return alias if kind_of(name) == SECRET else _HOLDER.value(name).encode()


def _live_headers(headers: Headers) -> Headers:
    return tuple((name, _live(value)) for name, value in headers)


def _plain(headers: Headers) -> Headers:
    """Return the headers one by one, without those of HTTP/2 itself: some tools join equal ones with line ends."""
    kept = (header for header in headers if not header[0].startswith(b":"))
    return tuple((name, line.strip()) for name, value in kept for line in value.splitlines() or [b""])


def _as_read(response: Response) -> Response:
    """Return an answer without the headers of its way; its length is that of the body, if there is one."""
    plain = replace(response, headers=end_to_end(response.headers))
    return plain.with_body(plain.body) if plain.body else plain


def _operation(request: Request) -> Operation | None:
    admitted = admit(request)
    if isinstance(admitted, Inadmissible):
        return None
    identified = CATALOGUE.identify(request.method, request.path, request.query, admitted.body)
    return identified.operation if isinstance(identified, Match) else None


def _credential(request: Request, response: Response, operation: Operation | None) -> CredentialClass:
    """Return the class of the credentials. Where an answer needed some and none are there, somebody removed them."""
    found = credential_class(request)
    needed = operation is None or operation.authenticated
    if found is CredentialClass.NONE and needed and response.status != UNAUTHENTICATED:
        return CredentialClass.TOKEN
    return found

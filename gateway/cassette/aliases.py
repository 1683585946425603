"""Ids by role instead of by value: each becomes `<kind:n>`, numbered by first appearance per kind.

An id is learnt where the service issued it: in a member or a Location of an answer. Projects and redacted
secrets are learnt wherever they stand. An id that a request named before any answer did (the all-zero UUID, a
server of another service) was not issued here and stays as it is (replay trial, rule 3.1). Once learnt, an id is
replaced everywhere: targets, percent-encoded text, headers, links, error texts; UUIDs in any case.

Aliases that are already there keep their numbers, so `aliased` changes an aliased recording no further.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gateway.cassette.exchange import Exchange
from gateway.cassette.kinds import (
    ALIAS_MARK,
    CHOSEN,
    COLLECTIONS,
    HOLDERS,
    ID_MARK,
    IS_ALIAS,
    IS_ID,
    MEMBERS,
    PROJECT,
    SECRET,
    SECRET_MARK,
    kind_of,
)
from gateway.cassette.leaves import Path, leaves, member, parsed, spans
from gateway.http.messages import Header, Headers, Request, Response

# An id stands alone: no letter or digit beside it, unless that ends a percent escape (`%2F`).
TOKEN = re.compile(
    (
        rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}}))(?:{ID_MARK}|{SECRET_MARK})(?![0-9A-Za-z])"
        rf"|{ALIAS_MARK}"
    ).encode()
)
_VERSION = re.compile(r"v\d+(\.\d+)?")
_SEGMENT = re.compile(rb"(?<=/)[^/?#&=\"\\\s]+")
_NOT_PROJECTS = frozenset({*COLLECTIONS, "auth", "users", "types", "limits", "extensions"})


def ids_in(text: bytes) -> Iterator[str]:
    """Yield the ids, redacted secrets and aliases that stand in a text."""
    return (match.group().decode() for match in TOKEN.finditer(text))


@dataclass(slots=True)
class Aliases:
    """The table while and after it is learnt: real value (UUIDs in lower case) to alias."""

    alias_of: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _taken: dict[str, int] = field(default_factory=dict)
    _short: bool = False

    def find(self, value: str) -> str | None:
        return self.alias_of.get(value if value in self.alias_of else value.lower())

    def learn(self, exchange: Exchange) -> None:
        """Learn the ids of one exchange: its request first, then its answer."""
        self._learn_request(exchange.request)
        self._learn_response(exchange.response)

    def reserve(self, exchange: Exchange) -> None:
        """Note which numbers are taken by aliases that are already there."""
        for part in _texts(exchange):
            for value in IS_ALIAS.findall(part.decode("latin-1")) if b"<" in part else ():
                kind, number = kind_of(value), int(value[len(kind_of(value)) + 2 : -1])
                self._taken[kind] = max(self._taken.get(kind, 0), number)

    def apply(self, exchange: Exchange) -> Exchange:
        """Return the exchange with every learnt id replaced by its alias."""
        request, response = exchange.request, exchange.response
        body, answer = self._in_body(request.body), self._in_body(response.body)
        return replace(
            exchange,
            request=replace(
                request,
                target=self.in_text(request.target),
                headers=_resized(self._in_headers(request.headers), request.body, body),
                body=body,
            ),
            response=replace(
                response,
                headers=_resized(self._in_headers(response.headers), response.body, answer),
                body=answer,
            ),
        )

    def in_text(self, text: bytes) -> bytes:
        """Return a target, link or message with its ids replaced, short project ids as whole segments only."""
        replaced = TOKEN.sub(self._of_token, text)
        return _SEGMENT.sub(self._of_segment, replaced) if self._short else replaced

    def _of_token(self, match: re.Match[bytes]) -> bytes:
        return (self.find(match.group().decode()) or match.group().decode()).encode()

    def _of_segment(self, match: re.Match[bytes]) -> bytes:
        value = unquote_to_bytes(match.group()).decode("utf-8", "replace")
        return self.alias_of[value].encode() if value in self.alias_of else match.group()

    def _in_headers(self, headers: Headers) -> Headers:
        return tuple((name, self.in_text(value)) for name, value in headers)

    def _in_body(self, body: bytes) -> bytes:
        return self._whole_strings(self.in_text(body)) if self._short else TOKEN.sub(self._of_token, body)

    def _whole_strings(self, body: bytes) -> bytes:
        text = body.decode("latin-1")
        for span in reversed(spans(text)):
            if span.value in self.alias_of and not _is_chosen(span.path):
                text = f'{text[: span.start]}"{self.alias_of[span.value]}"{text[span.end :]}'
        return text.encode("latin-1")

    def _learn_request(self, request: Request) -> None:
        for kind, value in _in_path(request.target.partition(b"?")[0]):
            if kind == PROJECT:
                self._add(kind, value)
        for path, leaf in leaves(parsed(request.body)):
            if isinstance(leaf, str) and leaf and _kind_at(path) == PROJECT:
                self._add(PROJECT, leaf)
        for text in (request.target, request.body):
            self._note(text)

    def _note(self, text: bytes) -> None:
        for value in ids_in(text):
            if value.startswith("redacted-"):
                self._add(SECRET, value)
            elif self.find(value) is None:
                self._seen.add(value.lower())

    def _learn_response(self, response: Response) -> None:
        for name, header in response.headers:
            for kind, value in _in_path(header) if name == b"location" else ():
                self._add_issued(kind, value)
        for path, leaf in leaves(parsed(response.body)):
            if isinstance(leaf, str) and leaf:
                self._learn_leaf(path, leaf)

    def _learn_leaf(self, path: Path, value: str) -> None:
        kind = _kind_at(path)
        if kind is not None:
            self._add_issued(kind, value)
        elif value.startswith("redacted-") and re.fullmatch(SECRET_MARK, value):
            self._add(SECRET, value)

    def _add_issued(self, kind: str, value: str) -> None:
        if kind == PROJECT or (IS_ID.fullmatch(value) and value.lower() not in self._seen):
            self._add(kind, value)

    def _add(self, kind: str, value: str) -> None:
        is_id = IS_ID.fullmatch(value) is not None
        known = value.lower() if is_id else value
        if known not in self.alias_of and not IS_ALIAS.fullmatch(value):
            self._taken[kind] = self._taken.get(kind, 0) + 1
            self.alias_of[known] = f"<{kind}:{self._taken[kind]}>"
            self._short = self._short or not (is_id or kind == SECRET)


def learnt(exchanges: Iterable[Exchange]) -> Aliases:
    """Return the table of a whole recording."""
    aliases, recording = Aliases(), list(exchanges)
    for exchange in recording:
        aliases.reserve(exchange)
    for exchange in recording:
        aliases.learn(exchange)
    return aliases


def aliased(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the recording with every id replaced by its alias. Deterministic, and idempotent."""
    recording = list(exchanges)
    aliases = learnt(recording)
    return [aliases.apply(exchange) for exchange in recording]


def _texts(exchange: Exchange) -> Iterator[bytes]:
    for message in (exchange.request, exchange.response):
        yield message.body
        yield from (value for _, value in message.headers)
    yield exchange.request.target


def _in_path(path: bytes) -> Iterator[tuple[str, str]]:
    """Yield what a path or URL names, by the segment before it. The project stands after the version; as the last
    segment (clients ask that for the version document too) only what looks like an id is one."""
    segments = _segments(path)
    for before, value, after in zip(segments, segments[1:], [*segments[2:], ""], strict=False):
        if before.startswith("v") and _is_project(before, value, after):
            yield PROJECT, value
        elif before in COLLECTIONS and value:
            yield COLLECTIONS[before], value


def _is_project(before: str, value: str, after: str) -> bool:
    is_one = _VERSION.fullmatch(before) is not None and (after or IS_ID.fullmatch(value)) and value not in _NOT_PROJECTS
    return bool(is_one)


def _segments(path: bytes) -> list[str]:
    if b"%" not in path:
        return path.decode("utf-8", "replace").split("/")
    return [unquote_to_bytes(part).decode("utf-8", "replace") for part in path.split(b"/")]


def project_in(path: bytes) -> str | None:
    """Return the project a path names after its version segment, percent-decoded, or None."""
    if b"/v" not in path and b"%" not in path:
        return None
    root, *first = path.split(b"/", 3)
    if not root and len(first) > 1 and first[0][:1] == b"v":  # nearly always: worked out once for each project
        project = _project_after(first[0], first[1], len(first) > 2 and first[2][:1] not in (b"", b"/"))
        if project is not None:
            return project
    segments = _segments(path)
    for at, before in enumerate(segments[:-1]):
        if before.startswith("v") and _is_project(before, segments[at + 1], "".join(segments[at + 2 : at + 3])):
            return segments[at + 1]
    return None


@lru_cache(maxsize=1024)
def _project_after(version: bytes, segment: bytes, has_more: bool) -> str | None:
    before, value = _segments(version + b"/" + segment)
    return value if _is_project(before, value, "more" if has_more else "") else None


def _kind_at(path: Path) -> str | None:
    name = member(path)
    if name != "id":
        return MEMBERS.get(name)
    holders = [step for step in path[:-1] if isinstance(step, str)]
    return HOLDERS.get(holders[-1]) if holders else None


def _is_chosen(path: Path) -> bool:
    return member(path) in CHOSEN or "metadata" in path


def _resized(headers: Headers, before: bytes, after: bytes) -> Headers:
    """Return the headers with the Content-Length of a body that was changed."""
    if before == after:
        return headers
    length: Header = (b"content-length", str(len(after)).encode())
    return tuple(length if name == b"content-length" else (name, value) for name, value in headers)

"""Exchanges that may be stored at sight: nothing in them is secret but headers of the request, as in most traffic.

Clients send the same headers again and again, and ask again for what has not changed: what was found out about headers
and answers is remembered. What is found by its place is a pure function of bytes; whether a removed value is in them is
asked anew whenever there is another one to hunt. In any doubt nothing is said here, and redaction looks closely.
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.cassette.hints import is_plain
from gateway.cassette.removal import Removal, names_no_secret
from gateway.cassette.secrets import RESPONSE_HEADERS, Treatment, request_treatment, response_treatment
from gateway.cassette.taint import Name, Taints
from gateway.http.memo import Memo
from gateway.http.messages import Headers, Request, Response, first_header

_CODING = b"content-encoding"
_KEPT = frozenset(name for name, each in RESPONSE_HEADERS.items() if each is Treatment.KEEP)
# Headers are remembered up to a size; larger ones, and those that are signed anew each time, are looked at each time.
_HEADERS = 512
_LONGEST_HEADERS = 16 * 1024
_BODIES = 512
_BODY_BYTES = 1024 * 1024
_ANSWERS = 4096
_ANSWER_BYTES = 4 * 1024 * 1024
# A short answer is looked at sooner than it is found; a long one is found by what was asked, and compared.
_SHORT = 256
_LONG = 8 * 1024

Stored = tuple[Request, Response, tuple[str, ...]]
"""A request and its response as they may be stored, and the rules that removed something."""


class _Asked(NamedTuple):
    """What becomes of a request's headers. `again` are the secrets to hunt from each such request on, `passing` the
    needles of those that are worth nothing after it; `text` is all that is kept."""

    kept: Headers
    text: bytes
    rules: tuple[str, ...]
    again: tuple[Name, ...]
    passing: tuple[bytes, ...]
    is_coded: bool


class AtSight:
    """Looks at the exchanges of one redactor, and remembers the secrets that it hunts."""

    def __init__(self, taints: Taints) -> None:
        self._taints = taints
        self._asked: Memo[Headers, _Asked] = Memo(_HEADERS)
        self._plain: Memo[bytes, bool] = Memo(_BODIES, _BODY_BYTES)
        self._answers: Memo[bytes, tuple[bytes, tuple[bytes, ...]]] = Memo(_ANSWERS, _ANSWER_BYTES)

    def stored(self, request: Request, response: Response) -> Stored | None:
        """Return an exchange as it may be stored, or None when it has to be looked at closely."""
        kept, asked_body = _kept_of_answer(response.headers), request.body
        if kept is None or not names_no_secret(request.target) or not self._is_plain(asked_body):
            return None
        asked = self._asked.known.get(request.headers) or self._look(request.headers)
        if asked.is_coded and asked_body:
            return None
        for value, label in asked.again:
            self._taints.remember(value, label)
        text = b"\n".join((request.target, asked.text, *[value for _, value in kept], asked_body))
        if self._is_tainted(text, asked.passing) or not self._is_clean(request.target, response.body, asked.passing):
            return None
        stored = Request(request.method, request.target, asked.kept, asked_body, request.scheme, request.connection)
        answered = response if kept is response.headers else Response(response.status, kept, response.body)
        return stored, answered, asked.rules

    def _look(self, headers: Headers) -> _Asked:
        removal = Removal(self._taints)
        kept = removal.headers(headers, request_treatment)
        passing = tuple([needle for each in removal.found if each not in self._taints for needle in each.needles])
        asked = _Asked(
            kept,
            b"\n".join([value for _, value in kept]),
            tuple(sorted(removal.rules)),
            self._taints.names_of(removal.found),
            passing,
            is_coded(headers),
        )
        size = sum([len(name) + len(value) for name, value in headers])
        return asked if passing or size > _LONGEST_HEADERS else self._asked.keep(headers, asked, size)

    def _is_plain(self, body: bytes) -> bool:
        """True when nothing in a request's body is secret by its place. Each is asked of twice: for the note of it, and
        with its answer."""
        if not body or body in self._plain.known:
            return True
        return is_plain(body) and self._plain.keep(body, True, len(body))

    def _is_tainted(self, text: bytes, passing: tuple[bytes, ...]) -> bool:
        return self._taints.may_be_in(text) or any(map(text.__contains__, passing))

    def _is_clean(self, target: bytes, body: bytes, passing: tuple[bytes, ...]) -> bool:
        """True when nothing in an answer's body is secret by its place, and no removed value is in it."""
        if not body:
            return True
        if len(body) < _SHORT:
            return is_plain(body) and not self._is_tainted(body, passing)
        found_by = target if len(body) > _LONG else body
        known, hunted = self._answers.known.get(found_by, (b"", ()))
        is_known = known == body
        if is_known and hunted is self._taints.needles:
            return not any(map(body.__contains__, passing))
        if (not is_known and not is_plain(body)) or self._taints.may_be_in(body):
            return False
        self._answers.keep(found_by, (body, self._taints.needles), len(body))
        return not any(map(body.__contains__, passing))


def is_coded(headers: Headers) -> bool:
    """True when headers say that the body is still coded: nobody can look into that."""
    coding = first_header(headers, _CODING) or b"identity"
    return coding.strip().lower() != b"identity"


def _kept_of_answer(headers: Headers) -> Headers | None:
    """Return the headers of an answer that stay, None where one of them has to be looked at."""
    for name, _ in headers:
        if name not in _KEPT:
            return _kept_of_others(headers)
    return headers


def _kept_of_others(headers: Headers) -> Headers | None:
    kept = []
    for header in headers:
        name, value = header
        match response_treatment(name):
            case Treatment.KEEP:
                kept.append(header)
            case Treatment.LINK if names_no_secret(value):
                kept.append(header)
            case Treatment.DROP if name != _CODING:
                continue
            case _:
                return None
    return tuple(kept)

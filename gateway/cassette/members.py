"""Secret members of a JSON text, replaced in place: every other byte of the text stays as it was.

Works on tokens, not on a parsed tree, so duplicate keys, number forms and layout survive and nothing hides behind
them. Expects valid JSON; the caller checks that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LITERALS = frozenset((b"true", b"false", b"null"))


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string or number in a JSON text. `name` is the member it stands under (through arrays), `within` the member
    around the object that holds it."""

    start: int
    end: int
    name: str
    within: str
    value: str
    is_text: bool


@dataclass(slots=True)
class _Container:
    held_by: str
    is_object: bool
    key: str | None = None

    @property
    def name(self) -> str:
        return (self.key or "") if self.is_object else self.held_by


def scalars(text: bytes) -> Iterator[Scalar]:
    """Yield every string and number of a valid JSON text that is not a member's name."""
    stack = [_Container("", is_object=False)]
    for found in _TOKEN.finditer(text):
        token, top = found[0], stack[-1]
        if token in b"{[":
            stack.append(_Container(top.name, is_object=token == b"{"))
        elif token in b"}]":
            stack.pop()
        elif token == b",":
            top.key = None
        elif token == b":" or token in _LITERALS:
            continue
        elif top.is_object and top.key is None:
            top.key = _text_of(token)
        else:
            yield _scalar(found, top)


def _scalar(found: re.Match[bytes], top: _Container) -> Scalar:
    token, is_text = found[0], found[0].startswith(b'"')
    value = _text_of(token) if is_text else token.decode()
    within = top.held_by if top.is_object else ""
    return Scalar(found.start(), found.end(), top.name, within, value, is_text)


def _text_of(token: bytes) -> str:
    """Return what a JSON string says; few hold an escape, and the others need no reading."""
    text: str = json.loads(token) if b"\\" in token else token[1:-1].decode()
    return text


def replaced(text: bytes, replacement: Callable[[Scalar], bytes | None]) -> bytes:
    """Return the text with each scalar that has a replacement (a JSON text) exchanged for it."""
    parts, at = [], 0
    for scalar in scalars(text):
        other = replacement(scalar)
        if other is not None:
            parts += [text[at : scalar.start], other]
            at = scalar.end
    return b"".join((*parts, text[at:]))

"""JSON with the place of each value: strict, so that no document can be read in two ways.

A reader of its own because no JSON library tells where a value stood, and a policy that is refused must say where.
Refused beside plain syntax errors: keys given twice, halves of surrogate pairs, deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]

from gateway.access.nodes import MAX_DEPTH, Mapping, Node, Place, Scalar, Sequence, decoded, place_in, unique
from gateway.errors import PolicyError

_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])|true\b|false\b|null\b")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(text: bytes, file: str) -> Node:
    """Return what a JSON document says. Errors: PolicyError with file, line and column."""
    return _Reader(decoded(text, file), file).document()


class _Reader:
    """A place in a text, moving on."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._at = 0

    def document(self) -> Node:
        node = self._value(0)
        if self._next():
            raise self._error("expected the end of the file")
        return node

    def _value(self, depth: int) -> Node:
        character = self._next()
        if depth >= MAX_DEPTH and character in ("{", "["):
            raise self._error(f"nested deeper than {MAX_DEPTH} levels")
        if character == "{":
            return self._object(depth)
        if character == "[":
            return self._array(depth)
        return self._string() if character == '"' else self._literal()

    def _object(self, depth: int) -> Mapping:
        place = self._place()
        return Mapping(unique(self._members(depth)), place)

    def _members(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        for _ in self._parts("}"):
            if self._next() != '"':
                raise self._error("expected a key in double quotes")
            key = self._string()
            self._take(":")
            yield key, self._value(depth + 1)

    def _array(self, depth: int) -> Sequence:
        place = self._place()
        return Sequence(tuple(self._value(depth + 1) for _ in self._parts("]")), place)

    def _parts(self, end: str) -> Iterator[None]:
        """Go past the opening, the commas and the end of what stands here; yield where a part begins."""
        self._at += 1
        if self._next() != end:
            yield
            while self._next() == ",":
                self._at += 1
                if self._next() == end:
                    raise self._error("a comma before the end")
                yield
        self._take(end)

    def _string(self) -> Scalar:
        place = self._place()
        try:
            text, self._at = scanstring(self._text, self._at + 1, True)
        except JSONDecodeError as error:
            raise place_in(self._text, error.pos, self._file).error(error.msg) from error
        if _SURROGATE.search(text):
            raise place.error("the string holds half of a surrogate pair")
        return Scalar(text, place)

    def _literal(self) -> Scalar:
        found = _LITERAL.match(self._text, self._at)
        if found is None:
            raise self._error("expected a value")
        place = self._place()
        self._at = found.end()
        return Scalar(found.group(), place, is_text=False)

    def _take(self, character: str) -> None:
        if self._next() != character:
            raise self._error(f"expected {character!r}")
        self._at += 1

    def _next(self) -> str:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def _place(self) -> Place:
        return place_in(self._text, self._at, self._file)

    def _error(self, message: str) -> PolicyError:
        found = self._next()
        return self._place().error(f"{message}, found {found!r}" if found else f"{message}, but the file ends")

"""JSON read piece by piece: one value of a long text at a time, each with the very characters it was written in.

The characters matter: a body in a record is judged as it stands there, with its duplicate keys and its NaN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_CHUNK = 64 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
# Numbers are kept as written: the reader looks for the end of a value, not for what it means.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class NotReadable(ValueError):  # noqa: N818 - said of a text, caught where its lines or entries are counted
    """The text is no JSON of the form expected."""


class JsonStream:
    """A JSON text behind a `read` function that returns so many further characters, none at the end."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """Return the next character that is no white space, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, character: str) -> None:
        """Go past a character. Errors: NotReadable when another stands there."""
        found = self.peek()
        if found != character:
            raise NotReadable(f"expected {character!r}, found {found!r}" if found else f"ends before {character!r}")
        self._at += 1

    def value(self) -> tuple[Any, str]:
        """Return the next value, numbers in it as they are written, and its text. Errors: NotReadable."""
        self.peek()
        while True:
            found = self._value()
            if found is not None:
                return found

    def members(self) -> Iterator[str]:
        """Yield the names in the next object; whoever takes one takes its value too, before the next."""
        self.take("{")
        while self.peek() != "}":
            yield self._key()
            if self.peek() != "}":
                self.take(",")
        self.take("}")

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the next array."""
        self.take("[")
        while self.peek() != "]":
            yield self.value()[0]
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def _key(self) -> str:
        if self.peek() != '"':
            raise NotReadable("expected a key in double quotes")
        key = str(self.value()[0])
        self.take(":")
        return key

    def _value(self) -> tuple[Any, str] | None:
        """Return the value at this place if all of it has been read, or else read more and return None."""
        try:
            value, end = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            if not self._more():
                raise NotReadable(f"not JSON: {error.msg}") from error
            return None
        except RecursionError as error:
            raise NotReadable("not JSON: nested too deeply") from error
        if end == len(self._text) and self._more():
            return None
        text, self._at = self._text[self._at : end], end
        return value, text

    def _more(self) -> bool:
        """Read further, at least as much as waits already, and forget what is behind."""
        waiting = self._text[self._at :]
        read = self._read(max(_CHUNK, len(waiting)))
        self._text, self._at = waiting + read, 0
        return bool(read)

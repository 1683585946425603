"""Words compared as IAM compares them: patterns of `*` and `?`, and ids that are the same in either case.

Patterns are matched piece by piece from left to right, so that no policy can make a match slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Test = Callable[[str], bool]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_uuid(word: str) -> bool:
    return len(word) == 36 and _UUID.fullmatch(word) is not None


def folded(word: str) -> str:
    """Return an id as it is compared: a UUID in lower case, anything else as it is (policy-format rule 4)."""
    return word.lower() if is_uuid(word) else word


def pattern(text: str) -> Test:
    """Return the test for a pattern, in which `*` stands for any characters and `?` for exactly one."""
    if "*" not in text and "?" not in text:
        return text.__eq__
    if not text.strip("*"):
        return lambda _: True
    head, *others = [_piece(piece) for piece in text.split("*")]
    return _Pattern(head, tuple(others)).matches


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two stars: of fixed length, with `?` for one character."""

    length: int
    form: re.Pattern[str]


def _piece(text: str) -> _Piece:
    form = "".join("." if character == "?" else re.escape(character) for character in text)
    return _Piece(len(text), re.compile(form, re.DOTALL))


@dataclass(frozen=True, slots=True)
class _Pattern:
    head: _Piece
    others: tuple[_Piece, ...]

    def matches(self, word: str) -> bool:
        if not self.others:
            return self.head.form.fullmatch(word) is not None
        *middle, tail = self.others
        end = len(word) - tail.length
        if end < self.head.length or not self.head.form.match(word) or not tail.form.match(word, end):
            return False
        return self._in_order(middle, word, end)

    def _in_order(self, middle: list[_Piece], word: str, end: int) -> bool:
        """True when the pieces follow each other between head and tail; the first place of each is the best one."""
        at = self.head.length
        for piece in middle:
            found = piece.form.search(word, at, end)
            if found is None:
                return False
            at = found.end()
        return True

"""Strings of clients, fit for a record that people read: bounded, and without what moves a cursor or turns a line.

Escapes are visible (`\\u202e`), so that nothing is lost and nothing happens. Lone surrogates have no canonical form and
are escaped too.
"""

from __future__ import annotations

import re

LONGEST = 2048

# Controls, the marks that change the direction of text, line and paragraph separators, halves of surrogate pairs.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def plain(text: str, longest: int = LONGEST) -> str:
    """Return a text as it may stand in a record."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= longest else _cut(text, longest)
    return _cut(_UNSAFE.sub(_escaped, text), longest)


def plain_bytes(raw: bytes, longest: int = LONGEST) -> str:
    """Return bytes of a message, UTF-8 or not, as they may stand in a record."""
    return plain(raw.decode("utf-8", "backslashreplace"), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"

"""Which bodies call for a closer look before they may be stored, told without reading them.

A body that is text and in which no part of a secret's name occurs has no secret member and tells of none. Names that
may be written in escapes cannot be ruled out. Every other body is looked at closely (`removal`).
"""

from __future__ import annotations

from gateway.cassette.secrets import STEMS

# The letters of which the stems are told from all else; a text's shadow is these of it, a fifth of its length.
_LETTERS = b"acknprstwy"
_FOLD = bytes.maketrans(_LETTERS.upper(), _LETTERS)
_OTHERS = bytes(set(range(256)) - set(_LETTERS + _LETTERS.upper()))
_HINTS = tuple(stem.translate(_FOLD, _OTHERS) for stem in STEMS)
_ESCAPED_ASCII = b"\\u00"
# Names are judged without case and separators. Beside the stems, what a close look also acts on.
_LOWER = bytes(range(256)).lower()
_SEPARATORS = b"-_. \t\n\r\v\f\x1c\x1d\x1e\x1f"
_WORDS = (*STEMS, b"signature", b"access", b"authorization", b"cookie")


def is_plain(body: bytes) -> bool:
    """True for text in which nothing is secret by its place, whatever type it was declared to have."""
    return is_text(body, b"") and not hints(body)


def is_text(body: bytes, content_type: bytes) -> bool:
    """True for UTF-8 and for declared text of an ASCII-based coding: in those a value looks as it looked elsewhere."""
    if b"\0" in body:
        return False
    if body.isascii() or content_type.strip().lower().startswith(b"text/"):
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def hints(body: bytes) -> bool:
    """True when a member's name may be secret: one is seen, or one may be written in escapes.

    Looks at the shadow, where a word costs a fifth; what is not in the shadow is not in the body.
    """
    shadow = body.translate(_FOLD, _OTHERS)
    if b"\\" in body and _ESCAPED_ASCII in body:
        return True
    return any(map(shadow.__contains__, _HINTS)) and not _is_no_name(body)


def _is_no_name(body: bytes) -> bool:
    """True where the shadow deceives, as `disk by` has that of `key`: nothing in the body is or may spell a word that
    calls for more."""
    if not body.isascii() or b"\\" in body or b"%" in body:
        return False
    text = body.translate(_LOWER, _SEPARATORS)
    return not any(map(text.__contains__, _WORDS))

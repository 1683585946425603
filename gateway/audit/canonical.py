"""One way of writing a JSON value down, so that equal values have equal bytes and a hash means something.

RFC 8785. Numbers are whole and fit 53 bits, for everything else has more than one spelling between languages; larger
ones travel as text. Strings hold no lone surrogates.
"""

from __future__ import annotations

import orjson

from gateway.contract.model import JsonObject, JsonValue

# RFC 8785, section 3.2.2.3, with RFC 7493, section 2.2.
LARGEST_NUMBER = 2**53 - 1

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: JsonObject) -> bytes:
    """Return the canonical bytes of an object of strings, whole numbers, booleans, null, lists and objects whose names
    are ASCII.

    Errors: ValueError for what has no canonical form here.
    """
    return spelled(value)


def spelled(value: JsonValue) -> bytes:
    """Return a part of such an object as it stands in its canonical bytes. Errors: ValueError, as above."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise ValueError(f"has no canonical form: {error}") from error

"""JSON for tables, quick, and whatever a client says in it: half a surrogate pair included, which UTF-8 cannot hold."""

from __future__ import annotations

import json
from typing import Any

import orjson


def dumped(value: object) -> bytes:
    """Return a value as JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def loaded(text: bytes) -> Any:
    """Return the value of a JSON text that `dumped` has made."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def as_bytes(text: str) -> bytes:
    """Return a text as bytes to be looked up by."""
    return text.encode("utf-8", "surrogatepass")


def as_text(raw: bytes) -> str:
    """Return the text of bytes that `as_bytes` has made."""
    return raw.decode("utf-8", "surrogatepass")

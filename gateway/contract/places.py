"""How a place in a request is spelled, everywhere the same.

A JSON pointer (RFC 6901) for what stands in the body (`/volume/size`); a part with a name for the rest
(`query:limit`, `path:volume_id`, `header:content-type`); the bare words `body`, `method`, `path` and `operation` for a
thing as a whole. Names that the client chose are cut to a length fit for people.
"""

from __future__ import annotations

from typing import Final

BODY: Final = "body"
METHOD: Final = "method"
PATH: Final = "path"
OPERATION: Final = "operation"

_SHOWN = 80


def named(part: str, name: str) -> str:
    """Return the place of a named thing in a part of the request."""
    return f"{part}:{_printable(name)}"


def pointed(start: str, *names: str) -> str:
    """Return the place some names further down than `start`; the body itself is the empty start."""
    return start + "".join("/" + _printable(name).replace("~", "~0").replace("/", "~1") for name in names)


def in_body(where: str) -> bool:
    """True for places in the body and for the body as a whole."""
    return where.startswith("/") or where == BODY


def _printable(name: str) -> str:
    """Return the name cut short, lone surrogates replaced."""
    short = name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
    return short if short.isascii() else short.encode("utf-8", "replace").decode("utf-8")

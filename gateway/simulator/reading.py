"""Reading members of a validated JSON body. Null counts as absent (reference-notes 6); strings convert (37)."""

from __future__ import annotations

from gateway.contract.model import JsonObject, JsonValue


def member(body: JsonValue, key: str) -> JsonObject:
    """Return the object under a key, empty when there is none."""
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def text(values: JsonObject, key: str) -> str | None:
    """Return the string under a key, None when absent, null or not a string."""
    found = values.get(key)
    return found if isinstance(found, str) else None


def whole(values: JsonObject, key: str) -> int | None:
    """Return the integral part of the number under a key. Source: 6.1.1, note on decimals."""
    found = values.get(key)
    if isinstance(found, int | float):
        return int(found)
    return whole_in(found) if isinstance(found, str) else None


def whole_in(written: str) -> int | None:
    """Return the integral part of a number in a string, None when it is none."""
    try:
        return int(written.partition(".")[0])
    except ValueError:
        return None


def flag(values: JsonObject, key: str) -> bool:
    """Return whether the boolean under a key is true, also as the string "true" or "True"."""
    found = values.get(key)
    return found.lower() == "true" if isinstance(found, str) else bool(found)


def pairs(values: JsonObject) -> dict[str, str]:
    """Return the key-value pairs of a metadata object; other values are written as strings."""
    return {key: value if isinstance(value, str) else str(value) for key, value in values.items() if value is not None}

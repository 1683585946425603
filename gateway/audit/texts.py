"""The texts in a JSON object, changed: names of members too, which may be a client's."""

from __future__ import annotations

from collections.abc import Callable

from gateway.contract.model import JsonObject, JsonValue


def with_texts(value: JsonObject, changed: Callable[[str], str]) -> JsonObject:
    """Return an object with all texts changed."""
    return {changed(name): _changed(inner, changed) for name, inner in value.items()}


def _changed(value: JsonValue, changed: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return changed(value)
    if isinstance(value, dict):
        return with_texts(value, changed)
    return [_changed(inner, changed) for inner in value] if isinstance(value, list) else value

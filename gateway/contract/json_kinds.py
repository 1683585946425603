"""What a JSON value is, in the words that people are told."""

from __future__ import annotations

from gateway.contract.model import JsonValue


def kind_in_words(value: JsonValue) -> str:
    """Return the kind of a value with its article: `a string`, `an array`, `null`."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"

"""How a body stands in the text form: as nested JSON where nothing is lost by it, as lines of text, or as base64."""

from __future__ import annotations

import base64
import binascii
import json
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import from_json

# Members around a body in its file, for the depth that a reader must be able to take.
_AROUND = 10


class Body(BaseModel):
    """Exactly one of the three forms."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    nested: Any = Field(default=None, alias="json")
    text: list[str] = Field(default_factory=list)
    base64: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> Body:
        if len(self.model_fields_set) != 1:
            raise ValueError("expected one of json, text, base64")
        self.content()
        return self

    def content(self) -> bytes:
        """Return the body's bytes, JSON without needless space and its members sorted."""
        if "nested" in self.model_fields_set:
            return compact(self.nested).encode()
        if "text" in self.model_fields_set:
            return "\n".join(self.text).encode()
        try:
            return base64.b64decode(self.base64, validate=True)
        except binascii.Error as error:
            raise ValueError(f"is no base64: {error}") from error


def written(body: bytes) -> dict[str, Any]:
    """Return a body in the form that shows the most of it and loses nothing."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
    try:
        return {"json": _lossless(text)}
    except (ValueError, ArithmeticError, RecursionError):
        return {"text": text.split("\n")}


def compact(value: Any) -> str:
    """Return a JSON text in the one layout that bodies have after an import."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _lossless(text: str) -> Any:
    """Return the value of a JSON text that a reader gets back exactly.

    Errors: ValueError for no JSON, repeated members, numbers that change, lone surrogates, too deep nesting.
    """
    value = json.loads(
        text, object_pairs_hook=_members, parse_float=_exact_float, parse_int=_exact_int, parse_constant=_refused
    )
    from_json(b"[" * _AROUND + compact(value).encode() + b"]" * _AROUND, allow_inf_nan=False)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeats a member")
    return members


def _exact_float(text: str) -> float:
    value = float(text)
    if Decimal(text) != Decimal(repr(value)):
        raise ValueError("has digits that a float does not hold")
    return value


def _exact_int(text: str) -> int:
    value = int(text)
    if str(value) != text:
        raise ValueError("is a number of another form")
    return value


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")

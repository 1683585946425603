"""How a body stands in the text form: as nested JSON where nothing is lost by it, as lines of text, as base64, or by
the name of a blob beside the exchanges."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import from_json

from gateway.cassette.text_blobs import content_of

# Members around a body in its file, for the depth that a reader must be able to take.
_AROUND = 10
_NO_BLOBS: Mapping[str, bytes] = MappingProxyType({})


class Body(BaseModel):
    """Exactly one of four forms: nested JSON, lines of text, base64, or the name of a file in the folder blobs."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, json_schema_extra={"minProperties": 1, "maxProperties": 1}
    )

    nested: Any = Field(default=None, alias="json")
    text: list[str] = Field(default_factory=list)
    base64: str = ""
    blob: str = ""

    @model_validator(mode="after")
    def _is_one(self, info: ValidationInfo) -> Body:
        if len(self.model_fields_set) != 1:
            raise ValueError("expected one of json, text, base64, blob")
        self.content(info.context or _NO_BLOBS)  # whoever validates gives the blobs as context
        return self

    def content(self, blobs: Mapping[str, bytes] = _NO_BLOBS) -> bytes:
        """Return the body's bytes, JSON without needless space and its members sorted."""
        if "nested" in self.model_fields_set:
            return compact(self.nested).encode()
        if "text" in self.model_fields_set:
            return "\n".join(self.text).encode()
        return _of_blob(self.blob, blobs) if "blob" in self.model_fields_set else _decoded(self.base64)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"is no base64: {error}") from error


def _of_blob(name: str, blobs: Mapping[str, bytes]) -> bytes:
    content = content_of(name, blobs)
    return compact(from_json(content, allow_inf_nan=False)).encode() if name.endswith(".json") else content


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

"""The field types of answers and the shapes that several of them share.

Types are strict, as a client reads them: a number in a string is no number. `Maybe` members are shown with null by an
example of the reference, or are free texts that a resource can be without (reference-notes 71).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


class Answer(BaseModel):
    """A response body or an object in it. Members that are not documented are kept: an open schema."""

    model_config = ConfigDict(extra="allow", strict=True)


def _text_or_flag(value: Any) -> str | bool:
    if isinstance(value, str | bool):
        return value
    raise PydanticCustomError("text_or_flag", "Input should be a string or a boolean")


Text = str
MaybeText = str | None
Id = Annotated[str, Field(examples=["0a6e1c7b-52d4-4f0e-9d3a-7c1f6b2e8a90"])]
Status = Annotated[str, Field(examples=["available"])]
Time = Annotated[str, Field(examples=["2024-03-18T09:26:41.503127"])]
MaybeTime = Annotated[str | None, Field(examples=["2024-03-18T09:27:02.118450"])]
SizeGb = Annotated[int, Field(examples=[40])]
# "true" or "false" in a string, although it is a flag.
TextFlag = Annotated[str, Field(examples=["false"])]
# A string in some responses and a boolean in others (reference-notes 9).
Shareable = Annotated[str | bool, PlainValidator(_text_or_flag), WithJsonSchema({"type": ["string", "boolean"]})]
Pairs = Annotated[dict[str, str | None], Field(examples=[{"team": "storage"}])]
MaybePairs = Annotated[dict[str, str | None] | None, Field(examples=[{"team": "storage"}])]
AnyObject = dict[str, Any]
MaybeObject = dict[str, Any] | None


class Link(Answer):
    """Source: parameters in the links field."""

    href: Annotated[str, Field(examples=["https://evs.example.com/v2/3f9a7c1e5b2d4860/volumes/0a6e1c7b"])]
    rel: Annotated[str, Field(examples=["self"])]


class Nothing(Answer):
    """No body is documented."""


class Anything(Answer):
    """A body of which nothing is documented (reference-notes 47)."""

"""Error answers: the five envelopes of the reference (reference-notes 50 and 51) and what is in them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from gateway.contract.answers.types import Answer, MaybeText, Text

# The names that the reference prints, in lower case: services differ in the case of letters.
ENVELOPES = frozenset({"error", "badrequest", "itemnotfound", "forbidden", "overlimit", "badmediatype"})


class Fault(Answer):
    """Source: parameters in the error field, in most sections."""

    message: Annotated[str, Field(examples=["what was wrong, in words"])]
    code: Annotated[str, Field(examples=["EVS.1010"])]


class FlatFault(Answer):
    """Source: 3.3 Response, example."""

    error_code: Text
    error_msg: Text


class IdentityFault(Answer):
    """Not documented: what identity services say, with a number or a text for a code."""

    message: Text
    code: Any
    title: MaybeText = None

"""The JSON Schema of the text form, made from the models that read it: for editors, and for programs in other
languages."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from gateway.cassette.text_forms import ExchangeForm, HeaderForm, SeriesForm
from gateway.cassette.text_migrations import FORMAT

_FORMS = (HeaderForm, ExchangeForm, SeriesForm)


def schema() -> dict[str, Any]:
    """Return a schema that every JSON file of a text cassette matches: the header, one exchange, or a series."""
    _, document = models_json_schema([(form, "validation") for form in _FORMS])
    document["$defs"]["HeaderForm"]["properties"]["format"] |= {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"evs-gateway cassette, text form, format {FORMAT}",
        "description": "Each JSON file of a folder NAME.cassette is one of these; cassette.json is the header.",
        "oneOf": [{"$ref": f"#/$defs/{form.__name__}"} for form in _FORMS],
        **document,
    }

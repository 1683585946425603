"""What is answered, as schemas: the models of the documented answers, and the error envelopes of each family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from gateway.contract.answers.catalogue import ANSWERS
from gateway.contract.answers.errors import Fault, FlatFault, IdentityFault
from gateway.contract.answers.types import Answer, Anything, Nothing
from gateway.contract.model import Family, JsonObject, JsonValue, Operation

_REFERENCE = "#/components/schemas/{model}"
_MODELS: Final = (*dict.fromkeys(ANSWERS.values()), Fault, FlatFault, IdentityFault)
# Source: reference-notes 50 and 51, and A.2.
_CINDER_NAMES = ("badRequest", "forbidden", "itemNotFound", "overLimit", "badMediaType", "error")
_ERROR_OF = {Family.CINDER: "CinderError", Family.VERSIONS: "CinderError", Family.IAM: "IdentityError"}
JSON = "application/json"


def schemas() -> JsonObject:
    """Return the schemas of all answers and errors by name."""
    models = [(model, "validation") for model in _MODELS if model is not Nothing]
    _, whole = models_json_schema(models, ref_template=_REFERENCE)  # type: ignore[arg-type]
    named = {name: _plain(schema) for name, schema in whole["$defs"].items()}
    return {**{name: named[name] for name in sorted(named)}, **_envelopes()}


def _plain(schema: Any) -> Any:
    """Return a schema without the titles and null defaults that pydantic adds."""
    if isinstance(schema, dict):
        return {
            name: _plain(each)
            for name, each in schema.items()
            if not (name == "title" and isinstance(each, str)) and not (name == "default" and each is None)
        }
    return [_plain(each) for each in schema] if isinstance(schema, list) else schema


def _envelopes() -> JsonObject:
    fault = _ref(Fault)
    one: JsonObject = {"type": "object", "properties": {"error": fault}, "required": ["error"]}
    cinder: JsonObject = {
        "type": "object",
        "properties": dict.fromkeys(_CINDER_NAMES, fault),
        "additionalProperties": fault,
        "minProperties": 1,
    }
    identity: JsonObject = {"type": "object", "properties": {"error": _ref(IdentityFault)}, "required": ["error"]}
    flat = _ref(FlatFault)
    return {
        "Error": {"anyOf": [one, flat], "description": "The envelope of the custom API and of tasks."},
        "CinderError": {
            "anyOf": [cinder, flat],
            "description": "The envelope of the OpenStack API, by status.",
        },
        "IdentityError": {"anyOf": [identity, flat], "description": "The envelope of IAM."},
    }


def error_responses() -> JsonObject:
    """Return the error answers by name, as components."""
    return {
        name: {"description": "An error.", "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        for name in ("Error", "CinderError", "IdentityError")
    }


def responses_of(operations: tuple[Operation, ...]) -> JsonObject:
    """Return the answers of the operations of one method and path, by status."""
    shown = {str(operation.status): _success(operation.status, operations) for operation in operations}
    error: JsonValue = {"$ref": f"#/components/responses/{_ERROR_OF.get(operations[0].family, 'Error')}"}
    return {**{status: shown[status] for status in sorted(shown)}, "4XX": error, "5XX": error}


def _success(status: int, operations: tuple[Operation, ...]) -> JsonValue:
    """Return the answer of a status: no content when no operation has a body there."""
    models = dict.fromkeys(ANSWERS[each.id] for each in operations if each.status == status)
    bodies = [_ref(model) for model in models if model is not Nothing]
    if not bodies:
        return {"description": "Done, without a body."}
    described = "Done." if len(bodies) == len(models) else "Done, with a body where the action has one."
    return {"description": described, "content": {JSON: {"schema": bodies[0]}}, **dict(_headers(operations))}


def _headers(operations: tuple[Operation, ...]) -> Iterator[tuple[str, JsonValue]]:
    if operations[0].family is Family.IAM and operations[0].method == "POST":
        token: JsonValue = {"description": "The token.", "schema": {"type": "string"}, "required": True}
        yield "headers", {"X-Subject-Token": token}


def _ref(model: type[Answer]) -> JsonObject:
    return {"$ref": _REFERENCE.format(model=model.__name__)} if model is not Anything else {}

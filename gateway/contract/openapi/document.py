"""The document put together: paths with their operations, components, and the ways to prove who asks.

The same catalogue gives the same bytes each time. The actions of one URL are one operation in OpenAPI, whose body is
one of several closed objects that their keys tell apart; `x-evs-operations` says what there is to say of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.contract.catalogue import CATALOGUE, Catalogue
from gateway.contract.constraints import Constraint, constraints_of
from gateway.contract.model import JsonObject, JsonValue, Operation
from gateway.contract.openapi.answers import JSON, error_responses, responses_of, schemas
from gateway.contract.openapi.examples import BODIES
from gateway.contract.openapi.requests import COMMON, body_of, parameters_of

_SECURITY: JsonObject = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
        "description": "A token of IAM, for the project of the path.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "An AK/SK signature: SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=...",
    },
}
_EITHER: JsonValue = [{"token": []}, {"signature": []}]


def document(version: str, catalogue: Catalogue = CATALOGUE) -> JsonObject:
    """Return the OpenAPI 3.1 document of a catalogue. `version` is that of the product which prints it."""
    places = _places(catalogue.operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Elastic Volume Service API",
            "version": version,
            "summary": "The documented operations with their constraints, as EVS Gateway holds requests against them.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "http://127.0.0.1:8776", "description": "the gateway where it listens by default"}],
        "security": _EITHER,
        "paths": {path: _path_item(methods) for path, methods in places.items()},
        "components": {
            "schemas": {**COMMON, **_bodies(catalogue), **schemas()},
            "responses": error_responses(),
            "securitySchemes": _SECURITY,
        },
    }


def _places(operations: Iterable[Operation]) -> dict[str, dict[str, list[Operation]]]:
    """Return the operations by path and method, in the order of the catalogue; several are actions of one URL."""
    places: dict[str, dict[str, list[Operation]]] = {}
    for each in operations:
        places.setdefault(each.path, {}).setdefault(each.method, []).append(each)
    return places


def _path_item(methods: Mapping[str, list[Operation]]) -> JsonObject:
    return {method.lower(): _operation(tuple(operations)) for method, operations in methods.items()}


def _operation(operations: tuple[Operation, ...]) -> JsonObject:
    """Return the operation object of one operation, or of the actions that share a URL."""
    first, alone = operations[0], len(operations) == 1
    parameters = parameters_of(first)
    return {
        "operationId": first.id if alone else f"{first.family.value}_{first.resource.value}_action",
        "summary": first.title if alone else "Acting on an EVS Disk",
        "tags": [first.resource.value],
        **({"deprecated": True} if all(each.deprecated for each in operations) else {}),
        **({} if first.authenticated else {"security": []}),
        **({"parameters": parameters} if parameters else {}),
        **_request_body(operations),
        "responses": responses_of(operations),
        "x-evs-operations": [_facts(each) for each in operations],
    }


def _facts(operation: Operation) -> JsonObject:
    """Return what the reference says of an operation and OpenAPI has no word for."""
    by_source = operation.actions_by_source
    return {
        "id": operation.id,
        "section": operation.section,
        "title": operation.title,
        "deprecated": operation.deprecated,
        "actions": None if operation.actions is None else [*operation.actions],
        **({"actions-by-source": {source: [*needed] for source, needed in by_source.items()}} if by_source else {}),
        "rules": [_rule(each) for each in constraints_of(operation)],
    }


def _rule(constraint: Constraint) -> JsonObject:
    return {
        "rule": constraint.rule,
        "severity": constraint.severity.value,
        "where": constraint.where,
        "limit": constraint.limit,
        "code": constraint.fault.code,
        "message": constraint.fault.message,
    }


def _request_body(operations: tuple[Operation, ...]) -> JsonObject:
    bodies = [each for each in operations if each.request is not None]
    if not bodies:
        return {}
    schemas: list[JsonValue] = [{"$ref": f"#/components/schemas/{_name(each)}"} for each in bodies]
    examples: JsonObject = {each.id: {"summary": each.title, "value": BODIES[each.id]} for each in bodies}
    schema: JsonValue = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema, "examples": examples}}}}


def _bodies(catalogue: Catalogue) -> JsonObject:
    """Return the schemas of all request bodies by name."""
    return {
        _name(each): {**({"deprecated": True} if each.deprecated else {}), **body}
        for each in sorted(catalogue.operations, key=lambda each: each.id)
        if (body := body_of(each)) is not None
    }


def _name(operation: Operation) -> str:
    """Return the name of a request body among the components, e.g. `CinderCreateVolumeRequest`."""
    return "".join(word.capitalize() for word in operation.id.split("_")) + "Request"

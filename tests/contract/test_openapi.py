"""The OpenAPI document: valid, whole, the same each time, with every constraint and examples that pass."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.contract.answers.catalogue import ANSWERS
from gateway.contract.answers.types import Nothing
from gateway.contract.catalogue import CATALOGUE, Catalogue
from gateway.contract.constraints import constraints_of
from gateway.contract.fields import AnyQuery
from gateway.contract.model import Match, Severity
from gateway.contract.openapi import document
from gateway.contract.openapi.examples import BODIES, PATH_EXAMPLES
from gateway.contract.openapi.keywords import KEYWORDS, at_most_bytes, merged
from gateway.contract.rules import Rule
from gateway.contract.shapes import PATH_MEMBERS, Shape, shape_of
from gateway.validation import validate

DOCUMENT: Any = document("1.2.3")
OPERATIONS = [(path, method, row) for path, item in DOCUMENT["paths"].items() for method, row in item.items()]
FACTS = {
    facts["id"]: (path, method, row, facts) for path, method, row in OPERATIONS for facts in row["x-evs-operations"]
}
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_it_is_a_valid_document() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert (DOCUMENT["openapi"], DOCUMENT["info"]["version"]) == ("3.1.0", "1.2.3")


def test_it_has_the_same_bytes_each_time() -> None:
    again = document("1.2.3", Catalogue(CATALOGUE.operations))
    assert json.dumps(again) == json.dumps(DOCUMENT)


def test_it_has_every_operation_at_its_place() -> None:
    assert set(FACTS) == set(CATALOGUE.by_id)
    for operation in CATALOGUE.operations:
        path, method, row, facts = FACTS[operation.id]
        assert (path, method.upper()) == (operation.path, operation.method)
        assert (facts["section"], facts["deprecated"]) == (operation.section, operation.deprecated)
        assert facts["actions"] == (None if operation.actions is None else list(operation.actions))
        assert str(operation.status) in row["responses"]
        assert (row.get("security") == []) is not operation.authenticated


def test_every_constraint_is_told_with_its_fault() -> None:
    for operation in CATALOGUE.operations:
        told = {
            (each["where"], each["rule"], each["severity"], each["code"]) for each in FACTS[operation.id][3]["rules"]
        }
        declared = constraints_of(operation)
        assert told == {(each.where, each.rule, each.severity.value, each.fault.code) for each in declared}


def rules_within(shape: Shape) -> list[Any]:
    inner = [rule for member in shape.ordered if member.shape for rule in rules_within(member.shape)]
    return [*shape.rules, *(rule for member in shape.ordered for rule in member.rules), *inner]


def test_every_kind_of_rule_has_words() -> None:
    models = [model for each in CATALOGUE.operations for model in (each.request, each.query) if model]
    used = [rule for model in models for rule in rules_within(shape_of(model))]
    used += [rule for member in PATH_MEMBERS.values() for rule in member.rules]
    assert {type(rule) for rule in used} - set(KEYWORDS) == set()
    assert all(isinstance(rule, Rule) for rule in used)


def test_every_parameter_of_a_query_and_a_path_is_there() -> None:
    for operation in CATALOGUE.operations:
        named = {(each["in"], each["name"]) for each in FACTS[operation.id][2].get("parameters", [])}
        query = operation.query if operation.query is not AnyQuery else None
        expected = {("path", name) for name in re.findall(r"{(\w+)}", operation.path)}
        assert named == expected | {("query", name) for name in (shape_of(query).members if query else ())}


def test_the_actions_of_a_url_are_told_apart_by_their_key() -> None:
    row = DOCUMENT["paths"]["/v2/{project_id}/volumes/{volume_id}/action"]["post"]
    assert row["operationId"] == "cinder_volume_action"
    bodies = row["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert len(bodies) == 8
    schemas = [SCHEMAS[each["$ref"].rpartition("/")[2]] for each in bodies]
    keys = [key for schema in schemas for key in schema["properties"]]
    assert len(set(keys)) == len(keys) == 9
    assert all(schema["additionalProperties"] is False for schema in schemas)
    readonly = SCHEMAS["CinderSetReadonlyRequest"]
    assert readonly["allOf"] == [
        {"oneOf": [{"required": ["os-update_readonly_flag"]}, {"required": ["os-update_READONLY_flag"]}]}
    ]
    assert "deprecated" not in row
    assert SCHEMAS["CinderAttachVolumeRequest"]["deprecated"] is True
    assert DOCUMENT["paths"]["/v2/{project_id}/cloudvolumes"]["get"]["deprecated"] is True


@pytest.mark.parametrize(
    ("schema", "member", "expected"),
    [
        ("EvsCreateVolumesRequest", "size", {"type": "integer", "minimum": 1, "maximum": 32768}),
        ("EvsCreateVolumesRequest", "count", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("EvsCreateVolumesRequest", "imageRef", {"type": ["string", "null"], "minLength": 1}),
        ("EvsCreateVolumesRequest", "volume_type", {"enum": ["SSD", "SAS"], "x-evs-tolerated": ["SATA"]}),
        ("CinderCreateVolumeRequest", "name", {"maxLength": 255, "x-evs-max-bytes": 255}),
        ("CinderCreateVolumeRequest", "multiattach", {"type": "boolean"}),
        ("CinderCreateVolumeRequest", "shareable", {"enum": ["true", "false"]}),
    ],
)
def test_limits_are_said_in_the_words_of_json_schema(schema: str, member: str, expected: dict[str, Any]) -> None:
    said = SCHEMAS[schema]["properties"]["volume"]["properties"][member]
    assert {word: said.get(word) for word in expected} == expected


def test_query_parameters_have_their_bounds() -> None:
    parameters = DOCUMENT["paths"]["/v2/{project_id}/volumes"]["get"]["parameters"]
    said = {each["name"]: each["schema"] for each in parameters}
    assert (said["limit"]["minimum"], said["limit"]["maximum"], said["offset"]["minimum"]) == (1, 1000, 1)
    assert said["sort_key"]["enum"] == ["id", "status", "size", "created_at"]
    assert said["marker"]["format"] == "uuid"


def test_a_bound_in_bytes_lets_no_longer_text_through() -> None:
    said = at_most_bytes(255)
    assert said["anyOf"] == [{"maxLength": 63}, {"pattern": "^[\\u0000-\\u007f]*$"}]
    assert len(("\U0001f4be" * 63).encode()) <= 255


def test_words_that_clash_stand_beside_each_other() -> None:
    assert merged([{"a": 1, "properties": {"x": {}}}, {"a": 1, "properties": {"y": {}}}]) == {
        "a": 1,
        "properties": {"x": {}, "y": {}},
    }
    assert merged([{"allOf": [{"b": 1}]}, {"c": 1}, {"c": 2}]) == {"c": 1, "allOf": [{"b": 1}, {"c": 2}]}


def test_every_body_has_an_example_that_passes() -> None:
    assert set(BODIES) == {each.id for each in CATALOGUE.operations if each.request}
    for name, body in BODIES.items():
        operation = CATALOGUE.by_id[name]
        path = operation.path.format_map(PATH_EXAMPLES)
        match = CATALOGUE.identify(operation.method, path.encode(), b"", body)
        assert isinstance(match, Match)
        findings = validate(match, True, ((b"content-type", b"application/json"),))
        assert {each.rule for each in findings} <= {"deprecated-operation"}, (name, findings)
        assert FACTS[name][2]["requestBody"]["content"]["application/json"]["examples"][name]["value"] == body


@pytest.mark.parametrize("name", sorted(BODIES))
def test_every_example_is_what_the_schema_says(name: str) -> None:
    content = FACTS[name][2]["requestBody"]["content"]["application/json"]
    OAS31Validator({**content["schema"], "components": DOCUMENT["components"]}).validate(BODIES[name])


def test_every_answer_is_there_and_errors_have_their_envelopes() -> None:
    for name, model in ANSWERS.items():
        answer = FACTS[name][2]["responses"][str(CATALOGUE.by_id[name].status)]
        if model is not Nothing:
            assert "content" in answer, name
    assert "__" not in "".join(SCHEMAS), "two models of one name"
    responses = DOCUMENT["paths"]["/v2/{project_id}/cloudvolumes"]["post"]["responses"]
    assert responses["4XX"] == {"$ref": "#/components/responses/Error"}
    assert "X-Subject-Token" in DOCUMENT["paths"]["/v3/auth/tokens"]["post"]["responses"]["201"]["headers"]


def test_severities_are_those_of_findings() -> None:
    severities = {each["severity"] for _, _, _, facts in FACTS.values() for each in facts["rules"]}
    assert severities == {each.value for each in Severity}

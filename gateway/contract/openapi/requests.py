"""What a request may hold, as schemas: the shapes that judge it, said in the words of JSON Schema."""

from __future__ import annotations

from string import Formatter

from gateway.contract.fields import Mark
from gateway.contract.model import JsonObject, JsonValue, Operation, Severity
from gateway.contract.openapi.examples import PATH_EXAMPLES
from gateway.contract.openapi.keywords import keywords_of, merged
from gateway.contract.shapes import PATH_MEMBERS, Member, Shape, is_opaque, shape_of

# Path variables without a documented form: what every part of the way reads alike.
_PLAIN_ID: JsonObject = {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"}
_PLAIN_KEY: JsonObject = {"type": "string", "pattern": "^[0-9A-Za-z_][0-9A-Za-z_:.-]{0,254}$"}


# What may stand where nothing is documented: JSON with numbers of 64 bits, which is what the gateway lets in. It is
# said to nest a little and not without end, so that generators come to an end too.
_LEVELS = ("Scalar", "UnknownMember", "NestedMember", "OpaqueMember")
_UNKNOWN: JsonObject = {"$ref": "#/components/schemas/UnknownMember"}
_OPAQUE: JsonObject = {"$ref": "#/components/schemas/OpaqueMember"}


def _level(below: str | None) -> JsonObject:
    types: list[JsonValue] = ["null", "boolean", "string", "number"]
    bounds: JsonObject = {"minimum": -(2**63), "maximum": 2**64 - 1}
    if below is None:
        return {"type": types, **bounds}
    inner: JsonObject = {"$ref": f"#/components/schemas/{below}"}
    return {"type": [*types, "array", "object"], **bounds, "items": inner, "additionalProperties": inner}


COMMON: JsonObject = {name: _level(below) for name, below in zip(_LEVELS, (None, *_LEVELS), strict=False)}
# A text in a URL: no character that could end a line.
_PRINTABLE: JsonObject = {"pattern": "^[^\\u0000-\\u001f\\u007f]*$"}


def schema_of_shape(shape: Shape) -> JsonObject:
    """Return the schema of an object: its members, then the rules about several of them."""
    return merged([_members_of(shape), *(keywords_of(rule) for rule in shape.rules)])


def _members_of(shape: Shape) -> JsonObject:
    """Return the members; one that is spelled in several ways is required in one of them."""
    required: list[JsonValue] = [member.names[0] for member in shape.ordered if member.required and not _twins(member)]
    choices: list[JsonValue] = [
        {"oneOf": [{"required": [name]} for name in member.names]} for member in shape.ordered if _twins(member)
    ]
    return {
        "type": "object",
        "properties": {name: schema_of_member(member) for member in shape.ordered for name in member.names},
        "additionalProperties": _UNKNOWN,
        **({"required": required} if required else {}),
        **({"allOf": choices} if choices else {}),
    }


def _twins(member: Member) -> bool:
    return member.required and len(member.names) > 1


def schema_of_member(member: Member) -> JsonObject:
    """Return the schema of one member, with what the reference limits in words."""
    parts = [keywords_of(rule) for rule in member.rules]
    if member.shape is not None:
        parts.append(schema_of_shape(member.shape))
    schema = merged(parts)
    if schema.get("type") == "object":
        schema.setdefault("additionalProperties", _OPAQUE)
    if member.null is None and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    words = _limits(member)
    return {**({"description": words} if words else {}), **schema, **_marks(member)}


def _limits(member: Member) -> str:
    """Return what a member has to be, in the words of its findings."""
    said = (remark.limit for rule in member.rules for remark in rule.remarks() if remark.severity is Severity.REJECT)
    return "; ".join(dict.fromkeys(said))


def _marks(member: Member) -> JsonObject:
    return {"format": "password"} if Mark.SECRET in member.marks else {}


def parameters_of(operation: Operation) -> list[JsonValue]:
    """Return the path variables and the query parameters of an operation."""
    variables = [name for _, name, _, _ in Formatter().parse(operation.path) if name]
    query = () if operation.query is None or is_opaque(operation) else shape_of(operation.query).ordered
    return [*(_path_parameter(name) for name in variables), *(_query_parameter(member) for member in query)]


def _path_parameter(name: str) -> JsonValue:
    member = PATH_MEMBERS.get(name)
    plain = _PLAIN_KEY if name == "key" else _PLAIN_ID
    schema = merged([{"type": "string"}, schema_of_member(member)]) if member else plain
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": PATH_EXAMPLES[name]}


def _query_parameter(member: Member) -> JsonValue:
    text: JsonObject = {} if _has_type(member) else {"type": "string", **_PRINTABLE}
    schema = merged([schema_of_member(member), text])
    return {"name": member.names[0], "in": "query", "required": member.required, "schema": schema}


def _has_type(member: Member) -> bool:
    return any("type" in keywords_of(rule) for rule in member.rules)


def body_of(operation: Operation) -> JsonObject | None:
    """Return the schema of an operation's body, None where none is documented.

    An action is closed: a second key could be a second action, and two actions in one body are refused.
    """
    if operation.request is None:
        return None
    schema = schema_of_shape(shape_of(operation.request))
    return {**schema, "additionalProperties": False} if operation.action_keys else schema

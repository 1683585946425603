"""Each rule in the words of JSON Schema: one small function a kind of rule, one table from kind to function.

A rule that only warns is said as the reference says it, so the document is as strict as the reference. A rule without
an entry here is a mistake that the first printing shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any

from gateway.contract import object_rules as objects
from gateway.contract import query_rules as queries
from gateway.contract import rules
from gateway.contract.model import JsonObject, JsonValue, Severity

# The keys of metadata that a source of the disk decides. Source: EVS.1043.
_DECIDED_BY_SOURCE: tuple[str, ...] = ("hw:passthrough", "__system__encrypted", "__system__cmkid")
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# The most bytes that one character takes in UTF-8.
_WIDEST = 4
_ASCII: JsonObject = {"pattern": "^[\\u0000-\\u007f]*$"}
_NULL: JsonObject = {"type": "null"}
_SINGLE: JsonObject = {"properties": {"count": {"maximum": 1}}}
# 2000 pairs of 255 bytes each way are less than the 1048576 bytes that metadata may have.
_MOST_PAIRS = 2000


def keywords_of(rule: object) -> JsonObject:
    """Return what JSON Schema can say of a rule. Errors: KeyError for a kind of rule that has no entry."""
    return KEYWORDS[type(rule)](rule)


def merged(parts: list[JsonObject]) -> JsonObject:
    """Return one schema that says what all parts say: words that clash with earlier ones stand under `allOf`."""
    schema: JsonObject = {}
    further: list[JsonValue] = []
    for part in parts:
        for word, value in part.items():
            known = schema.get(word)
            if word == "allOf" and isinstance(value, list):
                further.extend(value)
            elif word == "properties" and isinstance(known, dict) and isinstance(value, dict):
                schema[word] = {**known, **value}
            elif known is None or known == value:
                schema[word] = value
            else:
                further.append({word: value})
    return {**schema, "allOf": further} if further else schema


def at_most_bytes(most: int) -> JsonObject:
    """Return a bound in bytes: so many ASCII characters, or as many of any kind as fit whatever they are."""
    narrow: JsonObject = {"maxLength": most // _WIDEST}
    return {"maxLength": most, "anyOf": [narrow, _ASCII], "x-evs-max-bytes": most}


def _one_of(rule: rules.OneOf) -> JsonObject:
    """Return the values as an enumeration, or as mere knowledge where another value only warns."""
    values: list[JsonValue] = [*rule.values]
    if rule.severity is Severity.WARN:
        return {"x-evs-known-values": values}
    return {"enum": values, **({"x-evs-tolerated": [*rule.tolerated]} if rule.tolerated else {})}


def _uuid(rule: rules.Uuid) -> JsonObject:
    if rule.bare:
        return {"pattern": f"^({UUID}|[0-9a-fA-F]{{32}})$"}
    return {"format": "uuid", "pattern": f"^{UUID}$"}


def _pairs(_rule: objects.Pairs) -> JsonObject:
    """Return texts under free keys with the documented bounds, also where breaking them only warns."""
    return {
        "additionalProperties": {"type": "string", **at_most_bytes(255)},
        "propertyNames": at_most_bytes(255),
        "maxProperties": _MOST_PAIRS,
    }


def _listed(rule: objects.ListedKeys) -> JsonObject:
    return {"propertyNames": {"enum": [*rule.keys]}, "x-evs-tolerated": [*rule.tolerated]}


def _absent(names: tuple[str, ...]) -> JsonObject:
    return {"properties": dict.fromkeys(names, _NULL)}


def _any_of(*alternatives: JsonObject) -> JsonObject:
    return {"allOf": [{"anyOf": [*alternatives]}]}


def _at_most_one(rule: objects.AtMostOne) -> JsonObject:
    """Return the ways to leave out all members but one."""
    return _any_of(*(_absent(others) for others in combinations(rule.members, len(rule.members) - 1)))


def _needed_unless(rule: objects.NeededUnless) -> JsonObject:
    given: JsonObject = {"properties": {rule.other: {"type": "string"}}, "required": [rule.other]}
    return _any_of({"required": [rule.member]}, given)


def _either_of(rule: objects.EitherOf) -> JsonObject:
    alternatives: list[JsonObject] = [{"required": [name]} for name in rule.members]
    return _any_of(*alternatives)


def _source_metadata(_rule: objects.MetadataFitsSource) -> JsonObject:
    free: JsonObject = {"properties": {"metadata": {"propertyNames": {"not": {"enum": [*_DECIDED_BY_SOURCE]}}}}}
    return _any_of(_absent(("snapshot_id", "imageRef")), free)


def _batch_name(_rule: objects.BatchName) -> JsonObject:
    return _any_of(_SINGLE, {"properties": {"name": at_most_bytes(250)}})


def _offset(rule: queries.OffsetText) -> JsonObject:
    return {"type": "integer", "minimum": 0 if rule.zero is None else 1}


def _nothing(_rule: object) -> JsonObject:
    """Return nothing: the rule only warns, or needs what JSON Schema cannot see. It stands in `x-evs-rules`."""
    return {}


KEYWORDS: Mapping[type, Callable[[Any], JsonObject]] = MappingProxyType(
    {
        rules.Text: lambda _: {"type": "string"},
        rules.Object: lambda _: {"type": "object"},
        rules.Whole: lambda _: {"type": "integer"},
        rules.Flag: lambda _: {"type": "boolean"},
        rules.Truth: lambda _: {"type": "string", "enum": ["true", "false"]},
        rules.Empty: lambda _: {"type": "object", "maxProperties": 0},
        rules.Between: lambda rule: {"minimum": rule.low, "maximum": rule.high},
        rules.AtMostBytes: lambda rule: at_most_bytes(rule.most),
        rules.Characters: lambda rule: {"minLength": rule.low, "maxLength": rule.high},
        rules.NotEmpty: lambda _: {"minLength": 1},
        rules.OneOf: _one_of,
        rules.VolumeTypes: _one_of,
        rules.Uuid: _uuid,
        rules.Trimmed: lambda _: {"not": {"pattern": "^ | $"}},
        rules.Unsupported: lambda _: {"deprecated": True},
        rules.NoPrefix: lambda rule: {"not": {"pattern": f"^{rule.prefix}"}},
        rules.ImageCharacters: lambda _: {"pattern": "^[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff ._-]*$"},
        rules.LinkedClone: lambda _: {"const": "0"},
        objects.Pairs: _pairs,
        objects.Entry: lambda rule: {"properties": {rule.key: keywords_of(rule.rule)}},
        objects.ListedKeys: _listed,
        objects.NotVoid: lambda _: {"minProperties": 1},
        objects.AtMostOne: _at_most_one,
        objects.NeededUnless: _needed_unless,
        objects.EitherOf: _either_of,
        objects.Filled: lambda _: {"minProperties": 1},
        objects.Shown: lambda rule: {"required": [rule.member]},
        objects.SingleFromBackup: lambda _: _any_of(_absent(("backup_id",)), _SINGLE),
        objects.BatchName: _batch_name,
        objects.MetadataFitsSource: _source_metadata,
        objects.SizeForSource: _nothing,
        objects.Overruled: _nothing,
        queries.JsonText: lambda _: {"contentMediaType": "application/json"},
        queries.LimitText: lambda _: {"type": "integer", "minimum": 1, "maximum": 1000},
        queries.OffsetText: _offset,
        queries.Spelled: lambda rule: {"type": "string", "enum": [*rule.spellings]},
        queries.Version: lambda _: {"type": "string", "enum": ["v1", "v2"]},
    }
)

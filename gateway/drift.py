"""Holds what the service answered against the documented answer. It changes nothing and refuses nothing: it reports.

Status, envelope, missing members and types are warnings; what the reference does not know is information, because
answers are an open schema (reference-notes 68). Meant to run off the hot path. Values never get into a report: only
their kinds do, so that no secret can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gateway.contract import faults
from gateway.contract.answers.catalogue import ANSWERS
from gateway.contract.answers.errors import ENVELOPES, Fault, FlatFault, IdentityFault
from gateway.contract.answers.types import Answer, Anything, Nothing
from gateway.contract.json_kinds import kind_in_words
from gateway.contract.model import Family, JsonObject, JsonValue, Match, Oddity, Operation
from gateway.contract.places import pointed
from gateway.http.messages import Response
from gateway.http.strict_json import NotJson, parse

MOST_DRIFTS = 50

# Source: A.2, abnormal.
_ERROR_STATUSES = frozenset((*range(400, 402), *range(403, 410), 413, 415, *range(500, 505)))
_CODES = frozenset(fault.code for fault in faults.TABLE)
_CODE = re.compile(r"[A-Za-z]{1,20}\.?[0-9]{1,8}")
_MOST_NAME = 80
_KINDS = {
    "string_type": "a string",
    "int_type": "an integer",
    "bool_type": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "text_or_flag": "a string or a boolean",
}

Place = tuple[str | int, ...]


class Weight(StrEnum):
    """How much a difference weighs: a client may stumble over it, or it is only good to know."""

    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing about an answer that is not as documented.

    `where` is "status", "content-type", "body" or a JSON pointer into the body; `expected` what the reference says;
    `found` what was there, never a value; `source` the section of the reference.
    """

    rule: str
    severity: Weight
    where: str
    expected: str
    found: str
    source: str


@dataclass(frozen=True, slots=True)
class _Difference:
    """A drift before it knows its section. `at` leads into the body."""

    rule: str
    severity: Weight
    where: str
    expected: str
    found: str
    at: Place = ()


def compare(match: Match, response: Response) -> tuple[Drift, ...]:
    """Return how an answer differs from the documented one. Of equal differences in a list only the first is told."""
    has_body = Oddity.HEAD not in match.oddities
    found = (*_status(match.operation, response), *(_body(match.operation, response) if has_body else ()))
    return tuple(_drift(match, each) for each in islice(_once(found), MOST_DRIFTS))


def _status(operation: Operation, response: Response) -> Iterator[_Difference]:
    if response.status == operation.status or response.status in _ERROR_STATUSES:
        return
    expected = str(operation.status) if response.status < 400 else "a status of appendix A.2"
    yield _Difference("status", Weight.WARN, "status", expected, str(response.status))


def _body(operation: Operation, response: Response) -> Iterator[_Difference]:
    model = ANSWERS.get(operation.id, Anything)
    if response.status < 400 and model is Nothing:
        if response.body.strip():
            yield _Difference("body", Weight.INFO, "body", "no body", "a body")
        return
    if not response.body:
        yield _Difference("body", Weight.WARN, "body", "a JSON object", "no body")
        return
    parsed = parse(response.body)
    if isinstance(parsed, NotJson):
        yield _Difference("body", Weight.WARN, "body", "a JSON object", _cut(parsed.reason))
        return
    if not response.is_json:
        yield _Difference("content-type", Weight.WARN, "content-type", "application/json", "another type")
    yield from _error(operation, parsed.value) if response.status >= 400 else _content(model, parsed.value, ())


def _content(model: type[BaseModel], value: JsonValue, at: Place) -> Iterator[_Difference]:
    """Yield how a value differs from a model, members that the model does not know last."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        yield from (_told(each, at) for each in error.errors(include_url=False, include_context=False))
    if not issubclass(model, Anything):
        yield from _unknown(model, value, at)


def _told(error: Mapping[str, Any], at: Place) -> _Difference:
    place = (*at, *error["loc"])
    if error["type"] == "missing":
        return _Difference("missing", Weight.WARN, "body", "given", "absent", place)
    expected = _KINDS.get(error["type"], str(error["msg"]))
    return _Difference("type", Weight.WARN, "body", expected, kind_in_words(error["input"]), place)


def _unknown(model: type[BaseModel], value: JsonValue, at: Place) -> Iterator[_Difference]:
    """Yield the members that are not documented, at any depth."""
    for here, each in _objects(value, at):
        known = _members(model)
        for name, inner in each.items():
            if name not in known:
                yield _Difference(
                    "unknown", Weight.INFO, "body", "a documented member", kind_in_words(inner), (*here, name)
                )
            elif (nested := known[name]) is not None:
                yield from _unknown(nested, inner, (*here, name))


def _objects(value: JsonValue, at: Place) -> Iterator[tuple[Place, JsonObject]]:
    if isinstance(value, dict):
        yield at, value
    elif isinstance(value, list):
        yield from (((*at, number), each) for number, each in enumerate(value) if isinstance(each, dict))


@cache
def _members(model: type[BaseModel]) -> Mapping[str, type[BaseModel] | None]:
    """Return the documented members of an object by name, each with the model of what is in it, if it is an object."""
    fields = model.model_fields.items()
    return MappingProxyType({info.alias or name: _model_in(info.annotation) for name, info in fields})


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, Answer):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)


def _error(operation: Operation, value: JsonValue) -> Iterator[_Difference]:
    """Yield how an error answer differs from all documented envelopes. Source: reference-notes 50 and 51."""
    if isinstance(value, dict) and "error_code" in value:
        yield from _content(FlatFault, value, ())
        return
    name = _envelope(value)
    if not isinstance(value, dict) or name is None:
        yield _Difference("envelope", Weight.WARN, "body", "an error envelope", kind_in_words(value))
        return
    if name.lower() not in ENVELOPES:
        yield _Difference("envelope", Weight.INFO, "body", "a documented envelope", "another name", (name,))
    fault = IdentityFault if operation.family is Family.IAM else Fault
    yield from _content(fault, value[name], (name,))
    yield from _code(value[name], (name, "code"))


def _envelope(value: JsonValue) -> str | None:
    """Return the name of the member that holds the error: a documented one, or the only one."""
    if not isinstance(value, dict):
        return None
    known = [name for name in value if name.lower() in ENVELOPES]
    if known:
        return known[0]
    only = list(value)
    return only[0] if len(only) == 1 and isinstance(value[only[0]], dict) else None


def _code(said: JsonValue, at: Place) -> Iterator[_Difference]:
    code = said.get("code") if isinstance(said, dict) else None
    if isinstance(code, str) and code not in _CODES:
        shown = code if _CODE.fullmatch(code) else "another text"
        yield _Difference("code", Weight.INFO, "body", "a code of appendix A.1", shown, at)


def _once(differences: Iterable[_Difference]) -> Iterator[_Difference]:
    seen: set[tuple[str, Place]] = set()
    for each in differences:
        place = (each.rule, tuple("*" if isinstance(step, int) else step for step in each.at) or (each.where,))
        if place not in seen:
            seen.add(place)
            yield each


def _drift(match: Match, difference: _Difference) -> Drift:
    where = pointed("", *(str(step) for step in difference.at)) or difference.where
    return Drift(
        difference.rule,
        difference.severity,
        where,
        difference.expected,
        difference.found,
        match.operation.section,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_NAME else text[: _MOST_NAME - 1] + "…"

"""The words in which the API is declared: an operation is a row, an identified request is a value.

Knows nothing of gateways, HTTP messages or storage. Source of every row: the EVS API reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from pydantic import BaseModel

from gateway.contract.faults import Fault
from gateway.contract.fleeting import fleeting

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]
Pairs = tuple[tuple[str, str], ...]

_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Family(StrEnum):
    """A group of operations that share an error envelope and the codes of common faults (reference-notes 50)."""

    VERSIONS = "versions"
    CUSTOM = "custom"
    CINDER = "cinder"
    JOBS = "jobs"
    IAM = "iam"


class Resource(StrEnum):
    """The kind of thing an operation is about."""

    VERSION = "version"
    VOLUME = "volume"
    SNAPSHOT = "snapshot"
    TRANSFER = "transfer"
    JOB = "job"
    TYPE = "type"
    QUOTA = "quota"
    EXTENSION = "extension"
    ZONE = "zone"
    TOKEN = "token"  # noqa: S105 - the kind of resource, not a secret
    PROJECT = "project"


class Effect(StrEnum):
    """What an operation does to its resource: decides what a recorded write changes for later reads."""

    SHOW = "show"
    LIST = "list"
    CREATE = "create"
    UPDATE = "update"
    EXTEND = "extend"
    DELETE = "delete"
    ACCEPT = "accept"
    ROLLBACK = "rollback"
    ISSUE = "issue"

    @property
    def is_write(self) -> bool:
        return self not in (Effect.SHOW, Effect.LIST, Effect.ISSUE)


class Severity(StrEnum):
    """What a finding does to the request: refuse it, or forward it and say so (reference-notes, verdicts)."""

    REJECT = "reject"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a declared rule has against a value. `at` is the member meant, from the judged value down; `fault`, where
    given, is documented for exactly this case and stands before the fault of the field. `rule` is a whole rule id, or
    the end of one where the rule belongs to a member."""

    rule: str
    severity: Severity
    limit: str
    fault: Fault | None = None
    at: tuple[str, ...] = ()


class RequestRule(Protocol):
    """A rule about more than one part of a request, e.g. a path variable and a member of the body. The remark's `at`
    starts with the part: "path", "query" or "body"."""

    def remarks(self) -> Sequence[Remark]: ...
    def judge(self, match: Match) -> Sequence[Remark]: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation: a row of the catalogue, never a handler.

    `path` is a template whose variables stand in braces; `action_keys` are the spellings of the single
    top-level body key that tells the actions of one URL apart (empty for all other operations). `actions` are
    the API actions of appendix A.5 in its order, None where A.5 does not list the operation; an operation whose
    actions depend on the source of a new disk names the further ones in `actions_by_source`.
    `rules` hold several parts of the request against each other; `authenticated` is false where no credentials are
    demanded (reference-notes 40).
    """

    id: str
    section: str
    title: str
    method: str
    path: str
    status: int
    family: Family
    resource: Resource
    effect: Effect
    actions: tuple[str, ...] | None
    actions_by_source: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    action_keys: tuple[str, ...] = ()
    body_key: str | None = None
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    rules: tuple[RequestRule, ...] = ()
    deprecated: bool = False
    authenticated: bool = True

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/")) if self.path != "/" else ()

    @property
    def id_variable(self) -> str | None:
        """The last path variable that names this operation's resource, e.g. `volume_id`; None for collections."""
        name = f"{self.resource.value}_id"
        return name if f"{{{name}}}" in self.path else None


class Oddity(StrEnum):
    """A form of request that the reference does not show but the services take; worth a warning."""

    HEAD = "head"
    TRAILING_SLASH = "trailing-slash"


@fleeting
class Match:
    """A request that is one documented operation. `path_values` and `query` are percent-decoded, the query in
    the order sent; `body` is the parsed JSON body, None without one."""

    operation: Operation
    path_values: Mapping[str, str]
    query: Pairs = ()
    body: JsonValue = None
    oddities: tuple[Oddity, ...] = ()

    @property
    def project(self) -> str | None:
        return self.path_values.get("project_id")


class Mismatch(StrEnum):
    """Why a request is no documented operation."""

    UNKNOWN_PATH = "unknown-path"
    WRONG_METHOD = "wrong-method"
    UNKNOWN_ACTION = "unknown-action"
    SEVERAL_ACTIONS = "several-actions"
    NO_ACTION = "no-action"


@fleeting
class Unmatched:
    """A request that is no documented operation. `allow` lists the methods the path has, for 405; `project` is
    the segment after a version segment, where there is one."""

    reason: Mismatch
    segments: tuple[str, ...]
    query: Pairs = ()
    body: JsonValue = None
    allow: tuple[str, ...] = ()
    project: str | None = None

"""How much of a request the trail keeps: by ordered rules, of which the first that fits decides.

Writes and denials can never be left out: for them "none" means the least that says who, what and how it ended.
Source: audit design, levels; the model is Kubernetes' audit policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class Depth(StrEnum):
    """How much is kept: nothing, no bodies, the request's body, both bodies."""

    NONE = "none"
    METADATA = "metadata"
    REQUEST = "request"
    REQUEST_RESPONSE = "request_response"

    @property
    def has_request(self) -> bool:
        return self in (Depth.REQUEST, Depth.REQUEST_RESPONSE)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule may look at: the operation's id, whether it writes, whether it was denied, and who asked."""

    operation: str
    writes: bool
    denied: bool
    principal: str = ""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One rule. `operation` and `principal` are patterns with `*`; None for `writes` and `denied` fits both."""

    depth: Depth
    operation: str = "*"
    principal: str = "*"
    writes: bool | None = None
    denied: bool | None = None

    def fits(self, fact: Fact) -> bool:
        return (
            self.writes in (None, fact.writes)
            and self.denied in (None, fact.denied)
            and fnmatchcase(fact.operation, self.operation)
            and fnmatchcase(fact.principal, self.principal)
        )


DEFAULT = (
    LevelRule(Depth.METADATA, "iam_*"),
    LevelRule(Depth.METADATA, "*transfer*"),
    LevelRule(Depth.REQUEST, denied=True),
    LevelRule(Depth.REQUEST, writes=True),
    LevelRule(Depth.METADATA),
)


class Levels:
    """The rules of one gateway, its own before the usual ones. Remembers: there are few kinds of requests."""

    def __init__(self, rules: Sequence[LevelRule] = ()) -> None:
        self._rules = (*rules, *DEFAULT)
        self._known: dict[tuple[str, bool, bool, str], Depth] = {}
        self._asks_who = any(rule.principal != "*" for rule in rules)

    def of(self, operation: str, writes: bool, denied: bool, principal: str) -> Depth:
        """Return how much is kept of a request."""
        fact = operation, writes, denied, principal if self._asks_who else ""
        depth = self._known.get(fact)
        if depth is None:
            if len(self._known) >= 4096:
                self._known.clear()
            depth = self._known[fact] = self._decided(Fact(*fact))
        return depth

    def _decided(self, fact: Fact) -> Depth:
        depth = next(rule.depth for rule in self._rules if rule.fits(fact))
        return Depth.METADATA if depth is Depth.NONE and (fact.writes or fact.denied) else depth

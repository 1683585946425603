"""The policies in force and how strictly they are held: what the pipeline asks before anything is answered.

The set is exchanged whole, or not at all: a set that does not load leaves the one in force, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.access.decisions import Decision, reason
from gateway.access.facts import Facts, Target
from gateway.access.policy_set import PolicySet
from gateway.access.principals import NOBODY, Principal
from gateway.access.values import ABSENT
from gateway.contract.model import JsonValue, Match
from gateway.modes import Level


class Detail(StrEnum):
    """How much a denied client is told."""

    NONE = "none"
    ACTION = "action"
    STATEMENT = "statement"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Denial:
    """What a denied client is told: one sentence, and details for programs."""

    message: str
    details: tuple[JsonValue, ...]


class Authority:
    """Decides by the set in force. `fault` is why the last exchange did not happen, None when it did."""

    def __init__(self, policies: PolicySet, level: Level = Level.ENFORCE, detail: Detail = Detail.ACTION) -> None:
        self.policies = policies
        self.level = level
        self.detail = detail
        self.fault: str | None = None

    def exchange(self, policies: PolicySet) -> None:
        """Put another set in force."""
        self.policies = policies
        self.fault = None

    def needs_target(self, match: Match, principal: Principal | None) -> bool:
        """True when the state of what the request names may decide, so that it must be looked up first."""
        return self.policies.needs_target(match, principal or NOBODY)

    def settled(self, principal: Principal | None, match: Match) -> Decision | None:
        """Return what becomes of a request where that is the same whenever it comes and from where, or None."""
        return self.policies.settled(principal or NOBODY, match)

    def decide(
        self, principal: Principal | None, match: Match, at: float, source_ip: str | None, target: Target = ABSENT
    ) -> Decision:
        """Return what becomes of a request; one that is settled may be asked about here too. Units: `at` in seconds
        since the epoch."""
        return self.policies.weigh(principal or NOBODY, match, Facts(at, source_ip, target))

    def denial(self, decision: Decision, principal: Principal | None) -> Denial:
        """Return what the client of a denied request is told."""
        if self.detail is Detail.NONE:
            return Denial("", ())
        return Denial(_sentence(decision, principal, self.detail), (_detail(decision, self.detail),))


def name_of(principal: Principal | None) -> str:
    """Return what a principal is called in messages: never a credential."""
    someone = principal or NOBODY
    return someone.user_name or someone.user_id or someone.dev_principal or someone.ak or "an unknown user"


def _sentence(decision: Decision, principal: Principal | None, detail: Detail) -> str:
    if detail in (Detail.STATEMENT, Detail.FULL):
        return reason(decision, name_of(principal))
    what = f"{decision.action or 'this operation'}" + (f" on {decision.resource}" if decision.resource else "")
    return f"{what}: {decision.kind.value} deny"


def _detail(decision: Decision, detail: Detail) -> JsonValue:
    shown: dict[str, JsonValue] = {
        "rule": "policy",
        "decision": decision.verdict,
        "kind": decision.kind.value,
        "action": decision.action,
        "resource": decision.resource,
    }
    if detail in (Detail.STATEMENT, Detail.FULL):
        shown["statements"] = list(decision.statements)
    if detail is Detail.FULL:
        shown["required"] = list(decision.required)
        shown["missing"] = list(decision.missing)
    return shown

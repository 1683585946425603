"""What becomes of a request by the policies: the decision, and what it was decided by."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonObject


class Kind(StrEnum):
    """Why a request is allowed or denied."""

    ALLOW = "allow"
    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    UNMAPPED = "unmapped"
    PROJECT = "project"


@fleeting
class Decision:
    """A request judged. `action` and `resource` are the first denied or lacking ones; `statements` those that applied
    to the verdict; `missing` the keys that statements asked for in vain. `would` is the decision with the policies at
    report level, where it is another one.
    """

    kind: Kind
    action: str | None = None
    resource: str | None = None
    required: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    would: Decision | None = None

    @property
    def allowed(self) -> bool:
        return self.kind is Kind.ALLOW

    @property
    def verdict(self) -> str:
        return "allow" if self.allowed else "deny"

    def differs_from(self, other: Decision) -> bool:
        return (self.kind, self.action) != (other.kind, other.action)

    def with_report(self, reported: Decision) -> Decision:
        """Return the decision with the one under report-level policies too, where that is another one."""
        return replace(self, would=reported) if reported.differs_from(self) else self

    def as_json(self) -> JsonObject:
        return {**self._own(), "would": self.would._own() if self.would else None}

    def _own(self) -> JsonObject:
        return {
            "decision": self.verdict,
            "kind": self.kind.value,
            "action": self.action,
            "resource": self.resource,
            "required": list(self.required),
            "statements": list(self.statements),
            "missing": list(self.missing),
        }


def reason(decision: Decision, user: str) -> str:
    """Return the decision as a sentence, in the shapes in which IAM words its own."""
    match decision.kind:
        case Kind.ALLOW:
            return f"{user} may do this because of {', '.join(decision.statements) or 'no action being needed'}"
        case Kind.UNMAPPED:
            return "this is no documented operation, so no policy can allow it"
        case Kind.PROJECT:
            return f"the project in the path is not that of {user}"
    what = f"{user} is not authorized to perform {decision.action or 'this operation'}"
    where = f"{what} on resource {decision.resource}" if decision.resource else what
    if decision.kind is Kind.EXPLICIT:
        return f"{where} with an explicit deny in {', '.join(decision.statements)}"
    return f"{where} because no policy allows the {decision.action} action"

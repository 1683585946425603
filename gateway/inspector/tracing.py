"""The decision about a request as people follow it: what was needed, each statement that was tried, each condition with
the value that it met.

The trail keeps the verdict and the statements that led to it. The way to it is gone again from what the trail keeps,
by the policies in force now; where these come to another verdict, the trace says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access.decisions import Decision, Kind, reason
from gateway.access.documents import Grant
from gateway.access.explain import Checked, Step, Tried, explain
from gateway.access.policy_set import PolicySet
from gateway.audit.entries import principal_of, table_of, texts_of
from gateway.contract.model import JsonObject
from gateway.inspector.asking import asked_of, has_body
from gateway.inspector.exchanging import body_of


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a statement: what it wants, what it met, and whether it holds, fails or is unknown."""

    wants: str
    found: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was tried on a need. `contradicts` says that it applies now and cannot have then,
    `only_reports` that its policy decides nothing."""

    name: str
    effect: str
    applied: bool
    reaches: bool
    conditions: tuple[Condition, ...]
    contradicts: bool = False
    only_reports: bool = False

    @property
    def says(self) -> str:
        """Why it applied or did not."""
        if self.applied and self.only_reports:
            return "applies, under report only"
        if self.contradicts:
            is_known = all(condition.outcome != "unknown" for condition in self.conditions)
            return "applies now, did not decide then" if is_known else "cannot be told any more, did not decide then"
        if self.applied:
            return "applies"
        if not self.reaches:
            return "means another resource"
        return "does not apply"


@dataclass(frozen=True, slots=True)
class Need:
    """An action that was needed, with all that was tried on it."""

    action: str
    resource: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A decision and the way to it. `says` is the decision in a sentence; `missing` are keys that statements asked for
    in vain; `would` is what policies under report would have decided; `notes` are what to know about the way."""

    verdict: str
    kind: str
    says: str
    statements: tuple[str, ...]
    missing: tuple[str, ...]
    would: str
    needs: tuple[Need, ...]
    policies: tuple[str, ...]
    notes: tuple[str, ...]


NOBODY_DECIDED = Trace("none", "", "Nobody had to decide: no policies were asked.", (), (), "", (), (), ())


def trace_of(record: JsonObject, policies: PolicySet | None, digest_then: str | None) -> Trace:
    """Return the trace of a record. `policies` are those in force now, `digest_then` names those of then."""
    said = table_of(record.get("decision"))
    if not said:
        return NOBODY_DECIDED
    bare = Trace(
        str(said.get("decision")),
        str(said.get("kind")),
        _sentence(said, principal_of(record)),
        texts_of(said.get("statements")),
        texts_of(said.get("missing")),
        _would(table_of(said.get("would")), principal_of(record)),
        (),
        (),
        ("There are no policies in force now that the way could be gone again by.",),
    )
    return bare if policies is None else _gone_again(bare, record, policies, digest_then)


def _gone_again(bare: Trace, record: JsonObject, policies: PolicySet, digest_then: str | None) -> Trace:
    asked = asked_of(record)
    explained = explain(policies, asked.principal, asked.match, asked.facts)
    return Trace(
        bare.verdict,
        bare.kind,
        bare.says,
        bare.statements,
        bare.missing,
        bare.would,
        tuple(_need(step, bare, explained.reporting) for step in explained.steps),
        explained.policies,
        tuple(_notes(bare, record, explained.decision, policies.digest, digest_then)),
    )


def _notes(bare: Trace, record: JsonObject, now: Decision, digest: str, digest_then: str | None) -> list[str]:
    notes = []
    if digest_then is None:
        notes.append("The statements are tried again by the policies in force now.")
    elif digest_then == digest:
        notes.append("The statements are tried again by the same policies as then.")
    else:
        notes.append("The policies have changed since then; the statements are tried by those in force now.")
    if now.missing and (now.verdict, now.kind.value) != (bare.verdict, bare.kind):
        notes.append("What a look-up found then is not kept: conditions on the state of a thing are unknown here.")
    elif (now.verdict, now.kind.value) != (bare.verdict, bare.kind):
        notes.append(f"By what the trail keeps they come to another verdict now: {now.verdict} ({now.kind.value}).")
    if has_body(record) and not body_of(record, "request"):
        notes.append("The trail does not hold the body: conditions on it are unknown here.")
    return notes


def _need(step: Step, then: Trace, reporting: tuple[str, ...]) -> Need:
    statements = tuple(_statement(tried, then, reporting) for tried in step.tried)
    return Need(step.need.action or "(no action)", step.need.resource or "", statements)


def _statement(tried: Tried, then: Trace, reporting: tuple[str, ...]) -> Statement:
    conditions = tuple(map(_condition, tried.checked))
    name, grant = tried.statement.name, tried.statement.grant
    contradicts = tried.applied and grant is Grant.DENY and name not in then.statements
    only_reports = name.rpartition("#")[0] in reporting
    return Statement(name, grant.value, tried.applied, tried.reaches, conditions, contradicts, only_reports)


def _condition(checked: Checked) -> Condition:
    said = checked.as_json()
    condition = checked.condition
    wants = f"{condition.use.name} {condition.key.name}: {', '.join(condition.operands)}"
    return Condition(wants, checked.found, str(said["outcome"]))


def _sentence(said: JsonObject, user: str) -> str:
    return reason(_decision(said), user or "an unknown user")


def _would(would: JsonObject, user: str) -> str:
    return _sentence(would, user) if would else ""


def _decision(said: JsonObject) -> Decision:
    kind = next((each for each in Kind if each.value == said.get("kind")), Kind.IMPLICIT)
    action, resource = said.get("action"), said.get("resource")
    return Decision(
        kind,
        action if isinstance(action, str) else None,
        resource if isinstance(resource, str) else None,
        statements=texts_of(said.get("statements")),
    )

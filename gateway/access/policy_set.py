"""A loaded set of policies, and how it decides: explicit deny first, guardrails before the rest, default deny.

Everything is compiled when the set is made. Statements are indexed by the action they cover, for each principal's own
policies once, so that a decision looks only at what can matter to it.

Source: policy research, b.3 and b.4; policy-format, "Rules made precise".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.access.bindings import Binding, Groups
from gateway.access.decisions import Decision, Kind
from gateway.access.documents import Document, Grant, Statement
from gateway.access.evaluation import Index, decide_by, owns, settled_by
from gateway.access.facts import Facts
from gateway.access.principals import Principal
from gateway.access.reading import Context, Surroundings
from gateway.access.requirements import NO_ACTION, actions_of, known_actions, needs_of, target_of
from gateway.access.set_file import Layer, Level
from gateway.contract.model import Match, Unmatched

# As many principals are remembered with their statements; then all are forgotten and found again.
_REMEMBERED = 4096

_NO_ACTIONS = (NO_ACTION,)
_SIZES = ("evs:VolumeSize", "gw:RequestTotalSize")


@dataclass(frozen=True, slots=True)
class Policy:
    """A document in its layer and level."""

    document: Document
    layer: Layer = Layer.IDENTITY
    level: Level = Level.ENFORCE

    @property
    def name(self) -> str:
        return self.document.name


@dataclass(frozen=True, slots=True)
class Bound:
    """What holds for somebody: the enforced statements, and those with the report level too, where that is more.

    `settled` remembers, by operation and actions, the decisions that depend on nothing else, None for those that do;
    `asking`, by actions, whether some statement about them asks for the state of a target, or for a size.
    """

    enforced: Index
    reported: Index | None
    settled: dict[tuple[str, tuple[str, ...]], Decision | None] = field(default_factory=dict, compare=False)
    asking: dict[tuple[str, ...], tuple[bool, bool]] = field(default_factory=dict, compare=False)

    def of(self, match: Match, required: tuple[str, ...]) -> Decision | None:
        """Return the decision about a request where every such request has it, or None."""
        key = match.operation.id, required
        found = self.settled.get(key)
        if found is None and key not in self.settled:
            found = self.settled[key] = self._settle(required)
        return found

    def _settle(self, required: tuple[str, ...]) -> Decision | None:
        decision = settled_by(self.enforced, required)
        if decision is None or self.reported is None:
            return decision
        reported = settled_by(self.reported, required)
        return None if reported is None else decision.with_report(reported)

    def asks(self, actions: tuple[str, ...]) -> tuple[bool, bool]:
        """Return whether a statement about some actions asks for the state of a target, and for a size."""
        found = self.asking.get(actions)
        if found is None:
            index = self.reported or self.enforced
            found = self.asking[actions] = _asks(each for action in actions for each in index.of(action))
        return found


class PolicySet:
    """Policies with whom they are for. Immutable but for what it remembers of principals it has seen."""

    def __init__(
        self,
        around: Surroundings,
        policies: Iterable[Policy],
        bindings: Iterable[Binding] = (),
        groups: Groups = MappingProxyType({}),
        digest: str = "",
    ) -> None:
        self.around = around
        self.policies = tuple(policies)
        self.bindings = tuple(bindings)
        self.groups = groups
        self.digest = digest
        self._covered = {policy.name: _covered(policy.document) for policy in self.policies}
        self._bound: dict[Principal, Bound] = {}
        # The same by their identity: a principal that is known stays one object while its token is believed.
        self._at_sight: dict[int, tuple[Principal, Bound]] = {}
        self._indexes: dict[frozenset[str], Bound] = {}

    def decide(self, principal: Principal, match: Match | Unmatched, facts: Facts) -> Decision:
        """Return what becomes of a request."""
        if isinstance(match, Unmatched):
            return Decision(Kind.UNMAPPED)
        return self.settled(principal, match) or self.weigh(principal, match, facts)

    def settled(self, principal: Principal, match: Match) -> Decision | None:
        """Return what becomes of a request where that depends on no facts, or None. No target has to be looked up then
        either."""
        if "target_project_id" in match.path_values or not owns(principal, match):
            return None
        return self.bound(principal).of(match, actions_of(match))

    def weigh(self, principal: Principal, match: Match, facts: Facts) -> Decision:
        """Return what becomes of a request by every statement that may matter to it. What is settled is the same."""
        bound, required = self.bound(principal), actions_of(match)
        if not owns(principal, match):
            return Decision(Kind.PROJECT, required=required)
        needs = needs_of(match, required, principal, self.around.region)
        context = Context(self.around, principal, match, facts)
        decision = decide_by(bound.enforced, required, needs, context)
        if bound.reported is None:
            return decision
        return decision.with_report(decide_by(bound.reported, required, needs, context))

    def needs_target(self, match: Match, principal: Principal | None = None) -> bool:
        """True when a loaded statement that may matter to a request asks for the state of its target, and there is
        something to look up: what the path names, or the snapshot that gives a new disk its size."""
        actions = actions_of(match) or _NO_ACTIONS
        of_target, of_size = self._of_everybody(actions) if principal is None else self.bound(principal).asks(actions)
        if not (of_target or of_size) or target_of(match) is None:
            return False
        return of_size if target_of_new_disk(match) else of_target

    def bound(self, principal: Principal) -> Bound:
        """Return the statements that hold for a principal."""
        seen = self._at_sight.get(id(principal))
        if seen is not None:
            return seen[1]
        found = self._bound.get(principal)
        if found is None:
            if len(self._bound) >= _REMEMBERED:
                self._bound.clear()
            found = self._bound[principal] = self._index(self.policies_of(principal))
        if len(self._at_sight) >= _REMEMBERED:
            self._at_sight.clear()
        self._at_sight[id(principal)] = principal, found
        return found

    def policies_of(self, principal: Principal) -> frozenset[str]:
        """Return the names of the policies bound to a principal."""
        fitting = (binding for binding in self.bindings if binding.fits(principal, self.groups))
        return frozenset(name for binding in fitting for name in binding.policies)

    def holding_for(self, principal: Principal) -> tuple[Policy, ...]:
        """Return the policies that hold for a principal, in the order of the set, without those at off."""
        names = self.policies_of(principal)
        return tuple(
            policy
            for policy in self.policies
            if policy.level is not Level.OFF and (policy.layer is Layer.GUARDRAIL or policy.name in names)
        )

    def _of_everybody(self, actions: tuple[str, ...]) -> tuple[bool, bool]:
        """Return what statements about some actions ask for, whomever they hold for."""
        loaded = (self._covered[policy.name] for policy in self.policies if policy.level is not Level.OFF)
        return _asks(each for covered in loaded for action in actions for each in covered.get(action, ()))

    def _index(self, names: frozenset[str]) -> Bound:
        found = self._indexes.get(names)
        if found is None:
            if len(self._indexes) >= _REMEMBERED:
                self._indexes.clear()
            found = self._indexes[names] = self._make(names)
        return found

    def _make(self, names: frozenset[str]) -> Bound:
        holding = [each for each in self.policies if each.layer is Layer.GUARDRAIL or each.name in names]
        holding.sort(key=lambda policy: policy.layer is not Layer.GUARDRAIL)
        enforced = [each for each in holding if each.level is Level.ENFORCE]
        reported = [each for each in holding if each.level is not Level.OFF]
        return Bound(self._merged(enforced), self._merged(reported) if len(reported) > len(enforced) else None)

    def _merged(self, policies: list[Policy]) -> Index:
        denies: dict[str, list[Statement]] = {}
        allows: dict[str, list[Statement]] = {}
        for policy in policies:
            for action, statements in self._covered[policy.name].items():
                for statement in statements:
                    (denies if statement.grant is Grant.DENY else allows).setdefault(action, []).append(statement)
        return Index(_frozen(denies), _frozen(allows))


def target_of_new_disk(match: Match) -> bool:
    """True when what would be looked up is the source of a new disk, not a thing that exists and is acted on."""
    return match.path_values.keys().isdisjoint(("volume_id", "snapshot_id"))


def _asks(statements: Iterable[Statement]) -> tuple[bool, bool]:
    """Return whether some of the statements ask for the state of a target, and for a size."""
    keys = [condition.key.key for statement in statements for condition in statement.conditions]
    return any(key.of_target for key in keys), any(key.name in _SIZES for key in keys)


def _covered(document: Document) -> Mapping[str, tuple[Statement, ...]]:
    """Return the statements of a document by each action that some request can need."""
    return {
        action: covering
        for action in known_actions()
        if (covering := tuple(each for each in document.statements if each.covers(action)))
    }


def _frozen(statements: dict[str, list[Statement]]) -> Mapping[str, tuple[Statement, ...]]:
    return MappingProxyType({action: tuple(each) for action, each in statements.items()})

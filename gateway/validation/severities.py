"""The operator's table of severities: single rules raised, lowered or switched off. Empty, it costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import rule_ids
from gateway.contract.model import Severity
from gateway.validation.findings import Finding

_NONE: Mapping[str, Severity | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Severities:
    """What becomes of findings, by rule id, or by `rule@operation`, which stands before the rule alone. None switches a
    rule off. A rule that is not named keeps the severity that the reference gives it."""

    overrides: Mapping[str, Severity | None] = field(default_factory=lambda: _NONE)

    def applied(self, operation: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings about a request of an operation as the table wants them."""
        return tuple(self._each(operation, findings)) if self.overrides and findings else findings

    def unknown(self) -> Sequence[str]:
        """Return the names in the table that are no rule and no `rule@operation`: mistakes of the operator."""
        return [name for name in self.overrides if not _is_known(name)]

    def _each(self, operation: str, findings: tuple[Finding, ...]) -> Iterator[Finding]:
        for finding in findings:
            whole = f"{finding.rule}@{operation}"
            name = whole if whole in self.overrides else finding.rule
            severity = self.overrides.get(name, finding.severity)
            if severity is not None:
                yield finding if severity is finding.severity else replace(finding, severity=severity)


def _is_known(name: str) -> bool:
    rule, at, operation = name.partition("@")
    return rule in rule_ids() and (operation in CATALOGUE.by_id if at else True)

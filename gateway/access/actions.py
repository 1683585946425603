"""Actions as statements write them: `service:type:operation` with wildcards, or a single star.

Source: policy research, b.2; policy-format rules 1 and 11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.access.words import Test, pattern

_ACTION = re.compile(r"[\w*?-]+:[\w*?-]*:[\w*?-]+", re.ASCII)
# Actions that have another name in Version 5.0 (rule 11).
_ALIASES: Mapping[str, str] = MappingProxyType({"evs:volumes:extend": "evs:volumes:resize"})


@dataclass(frozen=True, slots=True)
class ActionPattern:
    """An action as a statement writes it; the parts of an action ignore case."""

    text: str
    parts: tuple[Test, ...]
    aliased: bool

    def covers(self, action: str) -> bool:
        """True when the pattern means an action; the empty one is covered by a single star alone."""
        if not self.parts:
            return True
        return self._means(action) or (self.aliased and self._means(_ALIASES.get(action, "")))

    def _means(self, action: str) -> bool:
        parts = action.lower().split(":")
        return len(parts) == 3 and all(test(part) for test, part in zip(self.parts, parts, strict=True))


def read_action(text: str, aliased: bool) -> ActionPattern:
    """Return the pattern that an Action is; `aliased` where the names of Version 5.0 are known. Errors: ValueError."""
    if text == "*":
        return ActionPattern(text, (), aliased)
    if not _ACTION.fullmatch(text):
        raise ValueError(f"{text!r} is no action; expected service:type:operation or *")
    return ActionPattern(text, tuple(pattern(part) for part in text.lower().split(":")), aliased)

"""The page about the policy language for people (docs/policies.md): a pure function of what is declared here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.access.keys import KEYS, ConditionKey
from gateway.access.lint import RULES
from gateway.access.operators import OPERATORS, NullTest, Operator

_HEAD = """\
# Policies

What a policy may say, generated from the declarations that decide (`evs-gateway policy keys`). Documents are unmodified
policies of Huawei Cloud IAM, Version 1.1 or 5.0; `policy-set.yaml` says which count, how, and for whom.

## Condition keys

A key is *present*, *absent* (the request simply has none) or *unresolved* (it should have one and it cannot be known: a
look-up failed, a value has the wrong type, or there is no source here). Absent: positive operators fail, negative ones
hold, `IfExists` holds, `ForAnyValue` fails, `ForAllValues` holds, `Null` tests it. Unresolved: a Deny applies and an
Allow does not.

Names ignore case, and so does what follows the slash of a family (`<name>`). Where a value is an id, UUIDs are the same
in either case. Keys marked *set* hold several values and need `ForAnyValue:` or `ForAllValues:`.
"""

_TARGETS = """\
Keys of the look-up are read only if a policy that may matter asks for them. Lists and creations have no target: there
they are absent.

## Operators

All but `Null` may end in `IfExists` and begin with `ForAnyValue:` or `ForAllValues:`. Names ignore case.
"""

_TIMES = """\
`Null` fits every key: `"true"` means absent, `"false"` present.

Hours are written as patterns. This denies outside of 8 to 18 o'clock in the timezone of the set:

```json
{"StringNotMatch": {"gw:TimeOfDay": ["08:*", "09:*", "10:*", "11:*", "12:*", "13:*", "14:*", "15:*", "16:*", "17:*"]}}
```

`"1?:*"` stands for 10 to 19 o'clock.

## Lint rules

What `evs-gateway policy lint` finds: allowed to be written, and likely to be wrong.
"""


def page() -> str:
    """Return the page as Markdown."""
    lines = [
        *_HEAD.splitlines(),
        *_table(("Key", "Type", "Unit", "Source"), map(_key, KEYS)),
        *_TARGETS.splitlines(),
        "",
        *_table(("Operator", "Compares"), map(_operator, OPERATORS)),
        *_TIMES.splitlines(),
        "",
        *_table(("Rule", "Found"), ((f"`{rule}`", meaning) for rule, meaning in RULES.items())),
    ]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _key(key: ConditionKey) -> tuple[str, ...]:
    name = f"{key.name}<name>" if key.is_family else key.name
    kind = f"{key.type}, set" if key.several else f"{key.type}, id" if key.is_id else key.type.value
    return f"`{name}`", kind, key.unit, key.source


def _operator(operator: Operator | NullTest) -> tuple[str, ...]:
    return f"`{operator.name}`", "any key" if isinstance(operator, NullTest) else operator.type.value

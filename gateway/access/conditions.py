"""One condition of a statement: an operator, a key and the values to compare with. It holds, fails, or is unknown.

An unresolved key makes every condition unknown, those with IfExists and Null included; whoever asks decides what an
unknown condition means, and it means something else for a Deny than for an Allow.

Source: policy research, 1.3 and b.3; policy-format rule 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.access.keys import KeyUse, NoKey, read_key
from gateway.access.nodes import Mapping, Node, Place, Scalar, as_mapping, suggestion
from gateway.access.operators import OPERATORS, Compare, NoOperator, NullTest, Operator, Quantifier, Use, read_operator
from gateway.access.reading import Context
from gateway.access.values import ABSENT, UNRESOLVED, KeyType, NotA, Nothing, Value
from gateway.access.words import is_uuid

# True: holds. False: fails. None: unknown.
Outcome = bool | None
TestOfValue = Callable[[Value], Outcome]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, compiled when its policy is loaded. `asks_presence`: its operator asks whether the key is absent, so
    that an absent key is no lack."""

    use: Use
    key: KeyUse
    operands: tuple[str, ...]
    test: TestOfValue
    asks_presence: bool = False

    def outcome(self, context: Context) -> Outcome:
        return self.test(self.key.value(context))


def read_conditions(node: Node) -> tuple[Condition, ...]:
    """Return the conditions of a statement. Errors: PolicyError."""
    return tuple(
        _condition(use, key, operands)
        for name, of_operator in as_mapping(node, "Condition").entries
        for use in [_use(name)]
        for key, operands in _filled(of_operator, name.text).entries
    )


def _use(name: Scalar) -> Use:
    try:
        return read_operator(name.text)
    except NoOperator as error:
        raise name.place.error(str(error)) from error


def _filled(node: Node, name: str) -> Mapping:
    found = as_mapping(node, name)
    if not found.entries:
        raise found.place.error(f"{name} names no condition key")
    return found


def _condition(use: Use, name: Scalar, node: Node) -> Condition:
    try:
        key = read_key(name.text)
    except NoKey as error:
        raise name.place.error(str(error)) from error
    _check_fit(use, key, name.place)
    scalars = _operands(node, key)
    words = tuple(each.text for each in scalars)
    if isinstance(use.operator, NullTest):
        return Condition(use, key, words, _null_test(scalars), asks_presence=True)
    compare = _compare(use.operator, key, scalars)
    return Condition(use, key, words, _test(use, use.operator.negative, compare))


def _check_fit(use: Use, key: KeyUse, place: Place) -> None:
    """Refuse an operator that could never match the key: in a Deny it would be a silent hole."""
    if isinstance(use.operator, NullTest):
        return
    if use.operator.type is not key.key.type:
        fitting = [each.name for each in OPERATORS if isinstance(each, Operator) and each.type is key.key.type]
        hint = suggestion(use.operator.name, fitting)
        raise place.error(f"{use.operator.name} cannot compare {key.key.name}, which holds a {key.key.type}{hint}")
    if key.key.several and use.quantifier is None:
        raise place.error(f"{key.key.name} holds several values; put ForAnyValue: or ForAllValues: before the operator")


def _operands(node: Node, key: KeyUse) -> tuple[Scalar, ...]:
    """Return the values to compare with: one, or a list that is not empty. JSON's numbers and booleans are taken as if
    in quotes. Errors: PolicyError."""
    items = (node,) if isinstance(node, Scalar) else getattr(node, "items", None)
    if items is None:
        raise node.place.error(f"the values of {key.name} must be a string or a list of strings")
    if not items:
        raise node.place.error(f"the values of {key.name} are an empty list")
    for item in items:
        if not isinstance(item, Scalar) or (item.text == "null" and not item.is_text):
            raise item.place.error(f"a value of {key.name} must be a string")
    return tuple(items)


def _null_test(scalars: tuple[Scalar, ...]) -> TestOfValue:
    wanted = {each.text for each in scalars}
    if len(scalars) != 1 or not wanted <= {"true", "false"}:
        raise scalars[0].place.error('Null compares with "true" (the key is absent) or "false" (it is present)')
    expected = wanted == {"true"}
    return lambda value: None if value is UNRESOLVED else (value is ABSENT) is expected


def _compare(operator: Operator, key: KeyUse, scalars: tuple[Scalar, ...]) -> Compare:
    operands = tuple(_read(operator, key, scalar) for scalar in scalars)
    compare = operator.make(operands)
    if not key.key.is_id or operator.type is not KeyType.STRING:
        return compare
    lowered = operator.make(tuple(each.lower() for each in operands))
    return lambda value: lowered(value.lower()) if is_uuid(value) else compare(value)


def _read(operator: Operator, key: KeyUse, scalar: Scalar) -> Any:
    try:
        return operator.read(scalar.text)
    except NotA as error:
        raise scalar.place.error(f"{scalar.text!r} cannot be compared with {key.name}; expected {error}") from error


def _test(use: Use, negative: bool, compare: Compare) -> TestOfValue:
    if use.quantifier is None:
        return _single_test(compare, negative, negative or use.if_exists)
    some = use.quantifier is Quantifier.ANY
    return _several_test(compare, negative, any if some else all, use.if_exists or not some)


def _single_test(compare: Compare, negative: bool, when_absent: bool) -> TestOfValue:
    def test(value: Value) -> Outcome:
        if value.__class__ is Nothing:
            return None if value is UNRESOLVED else when_absent
        return compare(value) is not negative

    return test


def _several_test(
    compare: Compare, negative: bool, combine: Callable[[Iterable[bool]], bool], when_absent: bool
) -> TestOfValue:
    """Return the test for a set of values; the value of a key that holds one is a set of one."""

    def test(value: Value) -> Outcome:
        if isinstance(value, Nothing):
            return None if value is UNRESOLVED else when_absent
        return combine(compare(each) is not negative for each in (value if isinstance(value, tuple) else (value,)))

    return test

"""The names of operators."""

from __future__ import annotations

import pytest

from gateway.access import values
from gateway.access.operators import OPERATORS, NoOperator, Operator, read_operator


@pytest.mark.parametrize("name", [each.name for each in OPERATORS if isinstance(each, Operator)])
@pytest.mark.parametrize("form", ["{}", "{}IfExists", "ForAnyValue:{}", "ForAllValues:{}IfExists"])
def test_every_operator_takes_its_forms_in_any_case(name: str, form: str) -> None:
    written = form.format(name)
    assert read_operator(written).name == read_operator(written.upper()).name == written


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("StringLike", "Huawei Cloud writes StringMatch"),
        ("NumericLessThanIfExists", "Huawei Cloud writes NumberLessThan"),
        ("StringEqual", "did you mean 'StringEquals'"),
        ("Bitwise", "unknown operator 'Bitwise'"),
        ("NullIfExists", "neither IfExists"),
        ("ForAnyValue:Null", "neither IfExists"),
        ("Any:StringEquals", "ForAnyValue or ForAllValues"),
    ],
)
def test_other_names_are_refused_with_what_to_write(name: str, says: str) -> None:
    with pytest.raises(NoOperator, match=says):
        read_operator(name)


def test_null_is_an_operator() -> None:
    assert read_operator("null").name == "Null"


SAMPLES = {"string": "a", "number": "5", "boolean": "true", "date": "2026-01-01T00:00:00Z", "address": "10.0.0.1"}
VALUES = {
    "string": "a",
    "number": 5,
    "boolean": True,
    "date": values.date(SAMPLES["date"]),
    "address": values.address("10.0.0.1"),
}


@pytest.mark.parametrize(
    "operator", [each for each in OPERATORS if isinstance(each, Operator)], ids=lambda each: each.name
)
def test_every_operator_compares_values_of_its_type(operator: Operator) -> None:
    compare = operator.make((operator.read(SAMPLES[operator.type]),))
    strictly = operator.name.endswith(("LessThan", "GreaterThan"))
    assert compare(VALUES[operator.type]) is not strictly

"""JUnit XML of any results."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.policy.junit import Result, junit


def test_a_suite_a_file() -> None:
    found = ElementTree.fromstring(junit([Result("a", "1", ()), Result("b", "2", ("x", "y")), Result("a", "3", ())]))
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in found] == [
        ("a", "2", "0"),
        ("b", "1", "1"),
    ]
    (failure,) = found.iter("failure")
    assert (failure.get("message"), failure.text) == ("x; y", "x\ny")


@given(st.text())
def test_any_text_is_said(text: str) -> None:
    (case,) = ElementTree.fromstring(junit([Result("a", text, (text,))])).iter("testcase")
    assert case.get("classname") == "a"

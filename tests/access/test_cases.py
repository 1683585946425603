"""Test cases of a policy folder."""

from __future__ import annotations

import pytest

from gateway.access.cases import read_cases
from gateway.access.decisions import Decision, Kind
from gateway.access.principals import Principal
from gateway.errors import PolicyError

WHOLE = b"""\
version: 1
principal: {user_name: alice, domain_id: d1}
cases:
  - name: first
    at: 2026-03-03T10:00:00Z
    principal: {project_id: p1}
    request: {method: GET, path: /v2/p1/volumes}
    expect: allow
  - name: second
    request: {method: DELETE, path: /v2/p1/volumes/v1}
    expect: {kind: explicit, statements: [b#0, a#0]}
  - name: third
    request: {method: GET, path: /}
    expect: implicit
"""


def test_a_case_is_a_record_with_an_expectation() -> None:
    first, second, third = read_cases(WHOLE, "t.yaml", 0.0)
    assert first.asked.principal == Principal(user_name="alice", domain_id="d1", project_id="p1")
    assert (first.asked.facts.at, second.asked.facts.at) == (1_772_532_000.0, 0.0)
    assert (first.name, first.file, first.expected) == ("first", "t.yaml", {"decision": "allow"})
    assert third.expected == {"kind": "implicit"}


def test_what_came_out_otherwise_is_said() -> None:
    first, second, _ = read_cases(WHOLE, "t.yaml", 0.0)
    denied = Decision(Kind.EXPLICIT, statements=("a#0", "b#0"))
    assert second.differences(denied) == []
    assert first.differences(denied) == ["decision: expected 'allow', got 'deny'"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b"version: 1", b"version: 2"), "t.yaml: expected version: 1 and a list of cases"),
        ((b"cases:", b"case:"), "t.yaml: expected version: 1"),
        ((b"version: 1", b"version: 1\nmore: 2"), "t.yaml: unknown key 'more'"),
        ((b"version: 1", b"version: [1"), "t.yaml: while parsing"),
        ((b"name: second", b"title: second"), "t.yaml: case 2 needs a name"),
        ((b"    at:", b"    when:"), "t.yaml: case 1: unknown key 'when'"),
        ((b"path: /}", b"path: x}"), "t.yaml: case 3 (third): 'path' must begin"),
        ((b"expect: implicit", b"expect: maybe"), "t.yaml: case 3 (third): 'expect' must be one of"),
        ((b"kind: explicit", b"kin: explicit"), "t.yaml: case 2 (second): 'expect' must be one of"),
        ((b"{project_id: p1}", b"5"), "t.yaml: case 1 (first): 'principal' must be an object"),
    ],
)
def test_what_is_no_case_is_refused(change: tuple[bytes, bytes], says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_cases(WHOLE.replace(*change), "t.yaml", 0.0)
    assert str(caught.value).startswith(says)

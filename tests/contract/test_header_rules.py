"""The rules about headers."""

from __future__ import annotations

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.header_rules import HeaderRule, Headers, JsonContent, ProjectHeader, SignedSize, is_signed
from gateway.contract.model import Match

MATCH = Match(CATALOGUE.by_id["cinder_list_volumes"], {"project_id": "p1"})
SIGNED = (b"authorization", b"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0")
GREAT = (b"content-length", b"12582913")


@pytest.mark.parametrize(
    ("rule", "headers", "expected"),
    [
        (ProjectHeader(), (), []),
        (ProjectHeader(), ((b"x-project-id", b"p1"),), []),
        (ProjectHeader(), ((b"x-project-id", b"p1"), (b"x-project-id", b"p2")), ["project-header"]),
        (JsonContent(), ((b"content-type", b"application/json;charset=utf8"),), []),
        (JsonContent(), ((b"content-type", b"application/problem+json"),), []),
        (JsonContent(), ((b"content-type", b"text/json"),), ["content-type-value"]),
        (JsonContent(), (), ["content-type-missing"]),
        (SignedSize(), (SIGNED, GREAT), ["signed-body-size"]),
        (SignedSize(), (GREAT,), []),
        (SignedSize(), (SIGNED, (b"content-length", b"12582912")), []),
        (SignedSize(), (SIGNED, (b"content-length", b"-1")), []),
        (SignedSize(), (SIGNED,), []),
    ],
)
def test_headers_are_held_against_the_tables(rule: HeaderRule, headers: Headers, expected: list[str]) -> None:
    assert [remark.rule for remark in rule.judge(MATCH, headers)] == expected


def test_a_path_without_a_project_says_nothing_about_the_header() -> None:
    match = Match(CATALOGUE.by_id["list_api_versions"], {})
    assert list(ProjectHeader().judge(match, ((b"x-project-id", b"p2"),))) == []


def test_a_signature_is_told_by_its_scheme() -> None:
    assert is_signed((SIGNED,))
    assert not is_signed(((b"authorization", b"Bearer x"),))

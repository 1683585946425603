"""The rules of single values, each with what passes, what warns and what is refused."""

from __future__ import annotations

import pytest

from gateway.contract.model import JsonValue, Remark, Severity
from gateway.contract.rules import (
    AtMostBytes,
    Between,
    Characters,
    Empty,
    Flag,
    ImageCharacters,
    LinkedClone,
    NoPrefix,
    NotEmpty,
    Object,
    OneOf,
    Rule,
    Text,
    Trimmed,
    Truth,
    Unsupported,
    Uuid,
    VolumeTypes,
    Whole,
    byte_length,
    whole_number,
)

PASS, WARN, REJECT = None, Severity.WARN, Severity.REJECT
UUID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
TYPES = OneOf(("SSD", "SAS"), tolerated=("SATA",))


def verdict(rule: Rule, value: JsonValue) -> Severity | None:
    return max((remark.severity for remark in rule.judge(value)), key=[WARN, REJECT].index, default=None)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (Text(), "", PASS),
        (Text(), 1, REJECT),
        (Object(), {}, PASS),
        (Object(), [], REJECT),
        (Whole(), 40, PASS),
        (Whole(), 40.5, WARN),
        (Whole(), "40", WARN),
        (Whole(), True, REJECT),
        (Whole(), "forty", REJECT),
        (Whole(), "0x28", REJECT),
        (Whole(), 1e300, REJECT),
        (Whole(), float("nan"), REJECT),
        (Whole(), [40], REJECT),
        (Whole(decimals=True), 40.5, PASS),
        (Whole(decimals=True), "40.5", WARN),
        (Flag(), True, PASS),
        (Flag(), "true", WARN),
        (Flag(), "False", WARN),
        (Flag(), "maybe", REJECT),
        (Flag(), 1, REJECT),
        (Truth(), "true", PASS),
        (Truth(), True, WARN),
        (Truth(), "True", WARN),
        (Truth(), "yes", REJECT),
        (Truth(), 1, REJECT),
        (Empty(), {}, PASS),
        (Empty(), {"a": 1}, WARN),
        (Empty(), [], REJECT),
        (Empty(), "", REJECT),
        (Between(1, 32768), 1, PASS),
        (Between(1, 32768), 32768.9, PASS),
        (Between(1, 32768), 0.9, REJECT),
        (Between(1, 32768), "32769", REJECT),
        (Between(1, 32768), None, PASS),
        (AtMostBytes(6), "日本", PASS),
        (AtMostBytes(6), "日本x", REJECT),
        (AtMostBytes(3), "\ud800", PASS),
        (AtMostBytes(0), 12, PASS),
        (Characters(1, 3), "日本語", PASS),
        (Characters(1, 3), "", REJECT),
        (Characters(1, 3), "abcd", REJECT),
        (Characters(1, 3), 7, PASS),
        (NotEmpty(), "x", PASS),
        (NotEmpty(), "", WARN),
        (NotEmpty(REJECT), "", REJECT),
        (TYPES, "SSD", PASS),
        (TYPES, "ssd", WARN),
        (TYPES, "SATA", WARN),
        (TYPES, "GPSSD", REJECT),
        (TYPES, 1, PASS),
        (OneOf(("a",), severity=WARN), "b", WARN),
        (VolumeTypes(), "SATA", WARN),
        (VolumeTypes(), "ESSD", REJECT),
        (VolumeTypes(), "", PASS),
        (VolumeTypes(added=("ESSD",)), "ESSD", PASS),
        (VolumeTypes(added=("SATA",)), "SATA", PASS),
        (Object(WARN), [], WARN),
        (Uuid(), UUID, PASS),
        (Uuid(), UUID.upper(), PASS),
        (Uuid(), "", PASS),
        (Uuid(), UUID.replace("-", ""), WARN),
        (Uuid(REJECT), "3", REJECT),
        (Uuid(bare=True), UUID.replace("-", ""), PASS),
        (Uuid(bare=True), "job", WARN),
        (Trimmed(), "a b", PASS),
        (Trimmed(), " a", REJECT),
        (Trimmed(), "a ", REJECT),
        (Unsupported(), None, PASS),
        (Unsupported(), UUID, WARN),
        (NoPrefix("autobk_"), "bk", PASS),
        (NoPrefix("autobk_"), "autobk_1", WARN),
        (ImageCharacters(), "镜像 a-b.c_1", PASS),
        (ImageCharacters(), "a/b", WARN),
        (LinkedClone(), "0", PASS),
        (LinkedClone(), "1", WARN),
        (LinkedClone(), 0, WARN),
        (LinkedClone(), False, REJECT),
        (LinkedClone(), "2", REJECT),
    ],
)
def test_a_value_passes_warns_or_is_refused(rule: Rule, value: JsonValue, expected: Severity | None) -> None:
    assert verdict(rule, value) is expected


def test_a_remark_says_rule_severity_and_limit() -> None:
    assert list(Between(1, 32768, " GB").judge(0)) == [Remark("range", REJECT, "1 to 32768 GB")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (3.9, 3), (-3.9, -3), ("3.9", 3), ("+3", 3), (True, None), ("3x", None), (None, None), ({}, None)],
)
def test_whole_numbers_are_cut(value: JsonValue, expected: int | None) -> None:
    assert whole_number(value) == expected


def test_length_is_counted_in_bytes() -> None:
    assert [byte_length(text) for text in ("a", "ä", "日", "😀", "\ud800")] == [1, 2, 3, 4, 3]

"""What may be declared as a fault, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.errors import SettingsError
from gateway.faults.declared import KINDS, FaultSettings, LogNormal, RateLimited, declared_in

OF_EACH_KIND: list[dict[str, Any]] = [
    {"latency_ms": 5},
    {"status": 503},
    {"rate_limited": {"retry_after_s": 3}},
    {"reset": True},
    {"empty": True},
    {"cut": 0},
    {"drip_ms": 5},
]


def test_each_kind_is_known_by_its_word() -> None:
    assert tuple(FaultSettings.model_validate(each).kind for each in OF_EACH_KIND) == KINDS


@pytest.mark.parametrize(
    ("given", "read"), [(5, 5.0), ([1, 2], (1.0, 2.0)), ({"median": 3}, LogNormal(median=3, sigma=0.5))]
)
def test_a_latency_is_fixed_uniform_or_log_normal(given: object, read: object) -> None:
    assert FaultSettings.model_validate({"latency_ms": given}).latency_ms == read


def test_a_rate_limit_says_when_to_come_again() -> None:
    assert FaultSettings.model_validate({"rate_limited": {}}).rate_limited == RateLimited(retry_after_s=1)
    assert FaultSettings.model_validate({"rate_limited": True}).rate_limited == RateLimited(retry_after_s=1)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "found none"),
        ({"reset": False}, "found none"),
        ({"status": 500, "cut": 3}, "found status, cut"),
        ({"reset": True, "message": "x"}, "code and message belong to a status"),
        ({"latency_ms": [3, 1]}, "the shorter time first"),
        ({"status": 200}, "greater than or equal to 400"),
        ({"status": 500, "probability": 1.1}, "less than or equal to 1"),
        ({"status": 500, "count": 0}, "greater than or equal to 1"),
        ({"status": 500, "name": "a b"}, "match pattern"),
        ({"status": 500, "method": "get"}, "match pattern"),
        ({"statu": 500}, "Extra inputs"),
        ({"latency_ms": 1e9}, "less than or equal to 600000"),
    ],
)
def test_anything_else_is_refused_in_words(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FaultSettings.model_validate(table)


def test_a_file_of_faults_is_read(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text("[[faults]]\nstatus = 503\n[[faults]]\nreset = true\n")
    assert declared_in(file) == [{"status": 503}, {"reset": True}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("x", "not a TOML file"),
        ("", "found nothing"),
        ("[faulty]\n[[faults]]\nreset = true", "found faulty"),
    ],
)
def test_a_file_of_something_else_is_named(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        declared_in(file)
    assert str(caught.value).startswith(f"{file}: ")

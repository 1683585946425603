"""Tokens from hashes, files and the environment."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.fronts.inspector.holders import holders_of
from gateway.inspector.visitors import Holder, Right
from gateway.settings import InspectorTokenSettings

TOKEN = "a-token-of-twenty-and-more"
HASH = hashlib.sha256(TOKEN.encode()).hexdigest()
OTHER = "0" * 64


def test_a_token_is_known_by_its_hash_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"  {TOKEN}\n")
    told = [
        InspectorTokenSettings(name="a", file=tmp_path / "token", rights=("view", "bodies")),
        InspectorTokenSettings(name="b", env="TOKEN"),
        InspectorTokenSettings(name="c", sha256=OTHER),
    ]
    assert holders_of(told, {"TOKEN": "b" * 20}) == (
        Holder("a", frozenset(Right), HASH),
        Holder("b", frozenset({Right.VIEW}), hashlib.sha256(b"b" * 20).hexdigest()),
        Holder("c", frozenset({Right.VIEW}), OTHER),
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ([{"name": "a", "file": "nowhere"}], "cannot be read from nowhere"),
        ([{"name": "a", "env": "NOT_SET"}], "has 0 characters; expected 20"),
        ([{"name": "a", "sha256": OTHER}, {"name": "a", "sha256": HASH}], "are each there once"),
        ([{"name": "a", "sha256": OTHER}, {"name": "b", "sha256": OTHER}], "are each there once"),
    ],
    ids=["file", "environment", "names", "tokens"],
)
def test_a_token_that_cannot_be_used_is_told(told: list[dict[str, str]], says: str) -> None:
    tokens = [InspectorTokenSettings.model_validate(each) for each in told]
    with pytest.raises(SettingsError, match=says) as caught:
        holders_of(tokens, {})
    assert TOKEN not in str(caught.value)

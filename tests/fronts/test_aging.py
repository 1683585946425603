"""What becomes of an old recording at the doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import CassetteError
from gateway.fronts.aging import check_age
from gateway.fronts.embedded import running
from gateway.settings import CassetteSettings, ListenSettings, Settings
from gateway.stores.copying import write_cassette
from tests.stores.test_ages import BEGUN, DAY, exchange


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    path = tmp_path / "old.cassette"
    write_cassette(path, [exchange(BEGUN)])
    return path


def settings(cassette: Path, **more: object) -> Settings:
    chosen = CassetteSettings.model_validate({"path": cassette, "mode": "replay", "max_age_days": 30, **more})
    return Settings(cassette=chosen, listen=ListenSettings(public="127.0.0.1:0"))


def said(chosen: Settings, days: float) -> list[str]:
    told: list[str] = []
    check_age(chosen, BEGUN + days * DAY, told.append)
    return told


def test_an_old_one_is_told_once_by_its_name(cassette: Path) -> None:
    (told,) = said(settings(cassette), 31)
    assert told.startswith(f"{cassette}: was recorded 31 days ago")
    assert said(settings(cassette), 29) == []


def test_an_old_one_is_refused_where_it_shall_be(cassette: Path) -> None:
    with pytest.raises(CassetteError, match="was recorded 31 days ago") as caught:
        said(settings(cassette, on_age="fail"), 31)
    assert caught.value.exit_code == 3


def test_what_is_not_replayed_does_not_age(cassette: Path) -> None:
    assert said(settings(cassette, mode="record", on_age="fail"), 31) == []


def test_a_gateway_in_a_test_warns_and_replays_or_fails_and_records_nothing(cassette: Path) -> None:
    before = {file.name: file.read_bytes() for file in cassette.iterdir()}

    def now() -> float:
        return BEGUN + 31 * DAY

    with pytest.warns(UserWarning, match="was recorded 31 days ago"), running(settings(cassette), now):
        """It replays."""
    with pytest.raises(CassetteError), running(settings(cassette, on_age="fail", mode="once"), now):
        """It does not start."""
    assert {file.name: file.read_bytes() for file in cassette.iterdir()} == before

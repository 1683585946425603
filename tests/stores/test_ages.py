"""How old a cassette is, and what is said of one that is too old."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response
from gateway.stores.ages import age_fault, own_bound
from gateway.stores.copying import write_cassette

BEGUN = 1_700_000_000.0
DAY = 86_400


def exchange(at: float) -> Exchange:
    return Exchange("list_api_versions", Request("GET", b"/v2"), Response(200), at, at + 1)


@pytest.fixture(params=["old.sqlite", "old.cassette"])
def cassette(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    write_cassette(path, [exchange(BEGUN), exchange(BEGUN + 100 * DAY)])
    return path


def test_age_counts_from_the_first_exchange(cassette: Path) -> None:
    assert age_fault(cassette, BEGUN + 30 * DAY, 30) is None
    assert age_fault(cassette, BEGUN + 31 * DAY, 30) == (
        f"{cassette}: was recorded 31 days ago, on 2023-11-14, and may be 30 days old; record it anew"
    )


def test_what_has_no_bound_does_not_age(cassette: Path) -> None:
    assert age_fault(cassette, BEGUN + 10_000 * DAY) is None


def test_what_is_empty_or_missing_has_no_age(tmp_path: Path) -> None:
    for name in ("a.sqlite", "a.cassette"):
        write_cassette(tmp_path / name, [])
        assert age_fault(tmp_path / name, BEGUN, 1) is None
        assert age_fault(tmp_path / f"no-{name}", BEGUN, 1) is None


def bounded(folder: Path, bound: float) -> Path:
    path = folder / "own.cassette"
    write_cassette(path, [exchange(BEGUN)])
    header = json.loads((path / "cassette.json").read_text())
    (path / "cassette.json").write_text(json.dumps({**header, "max_age_days": bound}))
    return path


def test_a_text_cassette_says_itself_how_old_it_may_get_and_the_operator_may_say_otherwise(tmp_path: Path) -> None:
    path = bounded(tmp_path, 7)
    assert own_bound(path) == 7
    assert own_bound(tmp_path) is None
    assert "may be 7 days old" in (age_fault(path, BEGUN + 8 * DAY) or "")
    assert age_fault(path, BEGUN + 8 * DAY, 30) is None


@pytest.mark.parametrize(
    "said", [{"recorded_at": "yesterday"}, {"recorded_at": 3}, {"max_age_days": "30"}, {"max_age_days": [1]}]
)
def test_a_header_that_says_something_else_is_named_with_its_member(said: dict[str, Any], tmp_path: Path) -> None:
    path = bounded(tmp_path, 7)
    header = json.loads((path / "cassette.json").read_text())
    (path / "cassette.json").write_text(json.dumps({**header, **said}))
    with pytest.raises(CassetteError, match=rf"cassette\.json: {next(iter(said))}: "):
        age_fault(path, BEGUN)


@pytest.mark.parametrize("header", ["[]", "{"])
def test_a_header_that_is_none_is_named(header: str, tmp_path: Path) -> None:
    path = bounded(tmp_path, 7)
    (path / "cassette.json").write_text(header)
    with pytest.raises(CassetteError, match=r"cassette\.json"):
        age_fault(path, BEGUN)

"""Both stores: the files of one machine, and the PostgreSQL that several share."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.stores.postgres.fixtures import cluster, store

from .shelves import OneFile, SharedShelf, Shelf, Shelves
from .trails import IndexedTrail, SharedTrail, Trail

__all__ = ["cluster", "store"]
BOTH = ("sqlite", "postgresql")


@pytest.fixture(params=BOTH)
def shelves(request: pytest.FixtureRequest) -> Shelves:
    if request.param == "sqlite":
        return OneFile
    return partial(SharedShelf, url=request.getfixturevalue("store"))


@pytest.fixture
def shelf(shelves: Shelves, tmp_path: Path) -> Shelf:
    return shelves(tmp_path / "life")


@pytest.fixture(params=BOTH)
def trail(request: pytest.FixtureRequest, tmp_path: Path) -> Trail:
    if request.param == "sqlite":
        return IndexedTrail(tmp_path)
    return SharedTrail(tmp_path, request.getfixturevalue("store"))


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where scopes are shared."""
    return tmp_path / "state.sqlite" if request.param == "sqlite" else str(request.getfixturevalue("store"))

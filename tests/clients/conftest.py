"""One recording of each client's life, for all tests that replay it."""

from __future__ import annotations

import pytest

from .sessions import LIVES, Recording, record


@pytest.fixture(scope="session", params=LIVES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    life, folder = LIVES[request.param], tmp_path_factory.mktemp(request.param)
    [recorded], cloud = record(folder, folder / "cassette.sqlite", (life, "recorded"))
    return Recording(request.param, life, recorded, folder / "cassette.sqlite", cloud)

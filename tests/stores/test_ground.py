"""The place of a file, and the room in it."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path

import pytest

from gateway.stores import ground
from gateway.stores.ground import Ground, free_bytes


def test_free_space_is_what_the_system_says(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path / "c.sqlite") <= shutil.disk_usage(tmp_path).total


def test_free_space_is_bounded_by_a_limit_on_the_size_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"x" * 300)
    path.with_name("c.sqlite-wal").write_bytes(b"x" * 700)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1000, 1000))
    assert free_bytes(path) == 300


def test_a_file_is_found_until_it_is_moved_or_replaced(tmp_path: Path) -> None:
    path, other = tmp_path / "c.sqlite", tmp_path / "other"
    path.touch()
    other.touch()
    place = Ground(path)
    assert place.fault() is None
    path.rename(tmp_path / "moved")
    said = f"{path}: is not the file any more that was opened; start the gateway again"
    assert str(place.fault()) == said
    other.rename(path)
    assert str(place.fault()) == said
    (tmp_path / "moved").replace(path)
    assert place.fault() is None


def test_a_shortage_is_told_in_words(tmp_path: Path) -> None:
    def gone(_: Path) -> int:
        raise OSError(2, "No such file or directory")

    path = tmp_path / "c.sqlite"
    assert Ground(path, lambda _: ground.SPARE_BYTES).shortage() is None
    assert str(Ground(path, lambda _: 1000).shortage()) == f"{path}: 1000 bytes are free; expected at least 16777216"
    assert str(Ground(path, gone).shortage()) == f"{path}: free space cannot be told: No such file or directory"

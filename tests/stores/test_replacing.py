"""One cassette in the place of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.stores.replacing import is_open, put_in_place, shadow_of


def test_a_shadow_lies_beside_in_the_same_form() -> None:
    names = [shadow_of(Path("/a") / name).name for name in ("life.cassette", "life.sqlite", "life.1.sqlite")]
    assert names == ["life.shadow.cassette", "life.shadow.sqlite", "life.1.shadow.sqlite"]


def test_a_file_takes_the_place_and_what_sqlite_kept_beside_steps_aside_too(tmp_path: Path) -> None:
    fresh, path, aside = tmp_path / "fresh", tmp_path / "life.sqlite", tmp_path / "aside"
    fresh.write_text("new")
    put_in_place(fresh, path, aside)
    fresh.write_text("newer")
    (tmp_path / "life.sqlite-wal").write_text("log")
    put_in_place(fresh, path, aside)
    found = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert found == {"life.sqlite": "newer", "aside": "new", "aside-wal": "log"}


def test_a_log_without_its_file_is_not_read_into_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "life.sqlite-wal").write_text("log")
    (tmp_path / "fresh").write_text("new")
    put_in_place(tmp_path / "fresh", tmp_path / "life.sqlite", tmp_path / "aside")
    assert [file.name for file in tmp_path.iterdir()] == ["life.sqlite"]


def test_nothing_comes_back_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "missing", tmp_path / "life.sqlite", tmp_path / "aside")
    assert list(tmp_path.iterdir()) == []


def test_the_old_one_comes_back_when_the_new_one_cannot_be_moved(tmp_path: Path) -> None:
    path, aside = tmp_path / "life.sqlite", tmp_path / "aside"
    path.write_text("old")
    (tmp_path / "life.sqlite-wal").write_text("log")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "missing", path, aside)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "life.sqlite": "old",
        "life.sqlite-wal": "log",
    }


def test_what_is_being_recorded_is_open(tmp_path: Path) -> None:
    folder, file = tmp_path / "a.cassette", tmp_path / "a.sqlite"
    folder.mkdir()
    assert not is_open(folder)
    (folder / ".recording.sqlite").touch()
    assert is_open(folder)
    assert not is_open(file)
    (tmp_path / "a.sqlite-wal").touch()
    assert not is_open(file)
    (tmp_path / "a.sqlite-wal").write_text("x")
    assert is_open(file)

"""The folder of a text cassette: each file old or new, never half, and nothing stale."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.errors import CassetteError, StoreError
from gateway.stores import text_folder
from gateway.stores.text_folder import is_text_cassette, read_folder, write_folder
from tests.stores.sample_exchanges import exchange, numbers


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "one.cassette"
    write_folder(folder, map(exchange, range(2)))
    assert is_text_cassette(folder)
    assert _names(folder) == ["0010-cinder-show-volume.json", "0020-cinder-show-volume.json", "cassette.json"]
    assert numbers(read_folder(folder)) == [0, 1]
    assert b'"name": "one"' in (folder / "cassette.json").read_bytes()
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_stale_files_go_and_equal_files_are_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "one.cassette"
    write_folder(folder, map(exchange, range(3)))
    (folder / "README.md").write_text("mine")
    before = (folder / "0010-cinder-show-volume.json").stat()
    write_folder(folder, [exchange(0)])
    assert _names(folder) == ["0010-cinder-show-volume.json", "README.md", "cassette.json"]
    assert (folder / "0010-cinder-show-volume.json").stat() == before


def test_a_mistake_is_named_with_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "one.cassette"
    write_folder(folder, [exchange(0)])
    (folder / "0010-cinder-show-volume.json").write_bytes(b"{}")
    with pytest.raises(CassetteError) as caught:
        read_folder(folder)
    assert str(caught.value) == f"{folder}/0010-cinder-show-volume.json: operation: Field required"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "0010-x.json").mkdir()
    with pytest.raises(CassetteError, match="cannot be read: Is a directory; expected a text cassette"):
        read_folder(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written: File exists"):
        write_folder(tmp_path / "file", [])


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_folder(tmp_path, [exchange(0)])
    before = _names(tmp_path)
    monkeypatch.setattr(text_folder.os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        write_folder(tmp_path, map(exchange, range(2)))
    monkeypatch.setattr(text_folder.os, "fsync", os.fsync)
    assert _names(tmp_path) == before
    assert numbers(read_folder(tmp_path)) == [0]

"""Recording into a text cassette: nothing answered is lost, and the text is written by the last recorder."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from gateway.errors import CassetteError, StoreError
from gateway.stores import folder_recording
from gateway.stores.cassettes import open_cassette
from gateway.stores.folder_recording import FolderRecording, is_settled
from gateway.stores.text_folder import read_folder, write_folder
from tests.stores.sample_exchanges import (
    REQUEST,
    acknowledged_until_killed,
    append_all,
    appending_process,
    exchange,
    numbers,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "one.cassette"


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_recording_becomes_text_when_it_closes(folder: Path) -> None:
    recording = FolderRecording(folder)
    append_all(recording, [exchange(1)])
    assert (numbers(recording.read()), recording.count()) == ([1], 1)
    recording.close()
    recording.close()
    assert _names(folder) == [
        ".gitattributes",
        ".gitignore",
        "0010-cinder-show-volume.json",
        "cassette.json",
        "cassette.sums",
    ]
    assert (folder / ".gitignore").read_text() == ".recording.*\n"


def test_a_recording_goes_on_from_the_text(folder: Path) -> None:
    write_folder(folder, [exchange(1)])
    before = (folder / "0010-cinder-show-volume.json").read_bytes()
    recording = FolderRecording(folder)
    append_all(recording, [exchange(2)])
    recording.close()
    assert numbers(read_folder(folder)) == [1, 2]
    assert (folder / "0010-cinder-show-volume.json").read_bytes() == before


def test_notes_are_kept_while_recording(folder: Path) -> None:
    recording = FolderRecording(folder)
    intent = asyncio.run(recording.intend(REQUEST))
    assert [note.request for note in recording.incomplete()] == [REQUEST]
    asyncio.run(recording.append(exchange(1), intent))
    asyncio.run(recording.withdraw(asyncio.run(recording.intend(REQUEST))))
    assert recording.fault() is None
    assert recording.incomplete() == []
    recording.close()


def test_the_last_of_several_recorders_writes_the_text(folder: Path) -> None:
    first, second = FolderRecording(folder), FolderRecording(folder)
    append_all(first, [exchange(1)])
    append_all(second, [exchange(2)])
    first.close()
    assert not (folder / "cassette.json").exists()
    append_all(second, [exchange(3)])
    second.close()
    assert numbers(read_folder(folder)) == [1, 2, 3]
    assert ".recording.sqlite" not in _names(folder)


def test_nothing_acknowledged_is_lost_by_kill_9(folder: Path) -> None:
    write_folder(folder, [exchange(1)])
    acknowledged = acknowledged_until_killed(appending_process(folder, 100), 100)
    reading = open_cassette(folder)
    read = numbers(reading.read())
    reading.close()
    assert read[0] == 1
    assert set(acknowledged) <= set(read)
    recording = FolderRecording(folder)
    append_all(recording, [exchange(7)])
    recording.close()
    assert numbers(read_folder(folder)) == [*read, 7]


def test_a_text_that_cannot_be_written_leaves_the_working_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("no space")

    recording = FolderRecording(folder)
    append_all(recording, [exchange(1)])
    with monkeypatch.context() as patched:
        patched.setattr(folder_recording, "write_folder", full)
        with pytest.raises(StoreError, match="no space"):
            recording.close()
    FolderRecording(folder).close()
    assert numbers(read_folder(folder)) == [1]


def test_a_folder_that_was_taken_away_is_named(folder: Path) -> None:
    recording = FolderRecording(folder)
    shutil.rmtree(folder)
    with pytest.raises(StoreError, match=r"one\.cassette: cannot be written: No such file or directory"):
        recording.close()


def test_a_lock_that_was_taken_away_is_not_missed(folder: Path) -> None:
    recording = FolderRecording(folder)
    append_all(recording, [exchange(1)])
    (folder / ".recording.lock").unlink()
    recording.close()
    assert numbers(read_folder(folder)) == [1]


def test_a_damaged_text_cannot_be_recorded_into(folder: Path) -> None:
    write_folder(folder, [exchange(1)])
    (folder / "cassette.json").write_bytes(b"{}")
    with pytest.raises(CassetteError, match=r"cassette\.json: kind: Field required"):
        FolderRecording(folder)


def test_other_places_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file.cassette").write_bytes(b"")
    with pytest.raises(CassetteError, match="is a file; expected a folder of that name, or nothing"):
        FolderRecording(tmp_path / "file.cassette")
    with pytest.raises(CassetteError, match=r"holds something else; expected a text cassette with cassette\.json"):
        FolderRecording(tmp_path)
    with pytest.raises(StoreError, match="cannot be written: Not a directory"):
        FolderRecording(tmp_path / "file.cassette" / "one.cassette")


def _left_behind(folder: Path) -> list[int]:
    """Leave the working file of a killed recorder in a folder."""
    return acknowledged_until_killed(appending_process(folder, 100), 20)


def test_who_opens_it_next_finishes_what_a_killed_recorder_left(folder: Path) -> None:
    acknowledged = _left_behind(folder)
    reading = open_cassette(folder)
    assert set(acknowledged) <= set(numbers(reading.read()))
    reading.close()
    assert not [name for name in _names(folder) if name.startswith(".recording")]
    assert (folder / "cassette.json").exists()


def test_writes_with_unknown_outcome_stay_beside_the_text(folder: Path) -> None:
    recording = FolderRecording(folder)
    asyncio.run(recording.intend(REQUEST))
    append_all(recording, [exchange(1)])
    recording.close()
    again = FolderRecording(folder)
    asyncio.run(again.intend(REQUEST))
    assert [note.request for note in again.incomplete()] == [REQUEST, REQUEST]
    again.close()
    reading = open_cassette(folder)
    assert [note.request for note in reading.incomplete()] == [REQUEST, REQUEST]
    reading.close()


def test_a_recording_under_way_is_read_and_left_alone(folder: Path) -> None:
    recording = FolderRecording(folder)
    append_all(recording, [exchange(1)])
    assert not is_settled(folder)
    reading = open_cassette(folder)
    assert numbers(reading.read()) == [1]
    reading.close()
    recording.close()
    assert is_settled(folder)


def test_who_may_not_write_reads_what_a_killed_recorder_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acknowledged = _left_behind(folder)

    def full(*_: object) -> None:
        raise StoreError("no space")

    monkeypatch.setattr(folder_recording, "write_folder", full)
    reading = open_cassette(folder)
    assert set(acknowledged) <= set(numbers(reading.read()))
    reading.close()

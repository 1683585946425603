"""Opening a cassette file: everything that is none is refused with one clear sentence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.errors import CassetteError, StoreError
from gateway.stores import opening, schema
from gateway.stores.indexes import reindex
from gateway.stores.opening import file_system, open_for_reading, open_for_writing
from gateway.stores.sqlite import CassetteStore, write_all
from tests.stores.sample_exchanges import append_all, exchange, run_python


def _file(tmp_path: Path, content: bytes = b"") -> Path:
    path = tmp_path / "a.sqlite"
    path.write_bytes(content)
    return path


def _refusal(path: Path, create: bool = True) -> str:
    with pytest.raises((CassetteError, StoreError)) as caught:
        open_for_writing(path, create)
    return str(caught.value)


def test_a_new_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "odd ?#%.sqlite"
    connection = open_for_writing(path, create=True)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    open_for_reading(path).close()
    assert path.exists()


def test_a_missing_file_is_only_made_where_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    message = f"{path}: no such cassette; record one first with --mode record"
    assert _refusal(path, create=False) == message
    with pytest.raises(CassetteError, match="no such cassette"):
        open_for_reading(path)


def test_an_empty_file_becomes_a_cassette_and_is_none_before(tmp_path: Path) -> None:
    path = _file(tmp_path)
    with pytest.raises(CassetteError, match="is no cassette; expected an SQLite file"):
        open_for_reading(path)
    open_for_writing(path, create=True).close()
    open_for_reading(path).close()


def test_another_file_is_no_cassette(tmp_path: Path) -> None:
    assert _refusal(_file(tmp_path, b"not SQL\n")).endswith(
        "is no cassette; expected an SQLite file (`evs-gateway cassette import` reads other forms)"
    )


def test_a_folder_is_no_cassette_file(tmp_path: Path) -> None:
    assert "is a folder; expected an SQLite file, or a folder named NAME.cassette" in _refusal(tmp_path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    write_all(path, [exchange(1)])
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 4000)
    assert "is damaged: database disk image is malformed; expected a cassette" in _refusal(path)
    with pytest.raises(CassetteError, match="is damaged: database disk image is malformed"):
        open_for_reading(path)


def test_a_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (a)")
    other.close()
    assert "is an SQLite file but no cassette" in _refusal(path)
    with pytest.raises(CassetteError, match="is an SQLite file but no cassette"):
        open_for_reading(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path)
    monkeypatch.setattr(opening.os, "access", lambda _, mode: mode != os.R_OK)
    assert _refusal(path) == f"{path}: cannot be read; expected a file of the gateway's own"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening.os, "access", lambda *_: False)
    path = tmp_path / "deep" / "a.sqlite"
    expected = f"{path}: {tmp_path} cannot be written; expected a file and folder of the gateway's own"
    assert _refusal(path) == expected


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    assert "cannot be opened for writing: Not a directory" in _refusal(path / "deep" / "a.sqlite")


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gone" / "a.sqlite"
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)
    assert _refusal(path) == f"{path}: cannot be opened for writing: unable to open database file"


def _mounts(tmp_path: Path, kind: str) -> Path:
    table = tmp_path / "mounts"
    table.write_text(
        f"proc /proc proc rw 0 0\nroot / ext4 rw 0 0\nhost:/x {tmp_path} {kind} rw 0 0\n/d /a\\040b tmpfs rw 0 0\n"
    )
    return table


def test_a_network_file_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"a.sqlite: lies on a network file system \(nfs4\); expected a local disk"):
        open_for_writing(tmp_path / "a.sqlite", create=True, mounts=_mounts(tmp_path, "nfs4"))


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    table = _mounts(tmp_path, "xfs")
    assert file_system(tmp_path / "a" / "b", table) == "xfs"
    assert file_system(tmp_path.parent / "b", table) == "ext4"
    assert file_system(Path("/a b/c"), table) == "tmpfs"
    assert file_system(tmp_path, tmp_path / "none") == ""


class _Refusing:
    """A connection whose file system cannot do what is asked."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)

    def execute(self, _: str) -> _Refusing:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self._answer = answer
        return self

    def fetchone(self) -> object:
        return (self._answer,)


def test_a_file_system_without_wal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the file system gives journal mode 'delete'; expected one that can do WAL"):
        opening.use_wal(_Refusing("delete"), tmp_path)  # type: ignore[arg-type]


def test_the_switch_to_wal_waits_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_RETRY_S", 0)
    locked = sqlite3.OperationalError("database is locked")
    opening.use_wal(_Refusing(locked, locked, "wal"), tmp_path)  # type: ignore[arg-type]
    monkeypatch.setattr(opening, "_LOCK_WAIT_S", -1)
    with pytest.raises(sqlite3.OperationalError):
        opening.use_wal(_Refusing(locked), tmp_path)  # type: ignore[arg-type]


def _sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cassette whose folder takes no further file; the superuser may write anywhere, so SQLite is told to say so."""
    path = tmp_path / "a.sqlite"
    write_all(path, [exchange(1)])
    connect = opening._connect

    def without_shared_memory(path: Path, parameters: str) -> sqlite3.Connection:
        if "immutable" not in parameters:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(path, parameters)

    monkeypatch.setattr(opening, "_connect", without_shared_memory)
    return path


def test_a_cassette_on_a_read_only_medium_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = open_for_reading(_sealed(tmp_path, monkeypatch))
    assert connection.execute("SELECT count(*) FROM exchanges").fetchone() == (1,)
    connection.close()


def test_newer_exchanges_that_cannot_be_reached_are_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _sealed(tmp_path, monkeypatch)
    (tmp_path / "a.sqlite-wal").write_bytes(b"frames")
    with pytest.raises(CassetteError, match=r"the newest exchanges are in a\.sqlite-wal, and its folder cannot be"):
        open_for_reading(path)


def test_a_file_that_sqlite_cannot_open_at_all_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, b"SQLite format 3\0")
    os.truncate(path, 4096)

    def refused(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(opening, "_connect", refused)
    with pytest.raises(CassetteError, match="cannot be read: unable to open database file; expected a cassette"):
        open_for_reading(path)


def test_a_cassette_that_was_only_read_has_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    write_all(path, [exchange(1)])
    readers = [open_for_reading(path) for _ in range(2)]
    for reader in readers:
        assert reader.execute("SELECT count(*) FROM exchanges").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        readers[0].execute("DELETE FROM exchanges")
    for reader in readers:
        reader.close()
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_may_not_be_written_is_read_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    write_all(path, [exchange(1)])
    monkeypatch.setattr(opening.os, "access", lambda _, mode: mode == os.R_OK)
    connection = open_for_reading(path)
    assert connection.execute("SELECT count(*) FROM exchanges").fetchone() == (1,)
    assert list(tmp_path.iterdir()) == [path]
    connection.close()


def _older(path: Path) -> None:
    """Make a file of format 1."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    schema.migrate(connection, path)
    connection.close()


def test_an_older_file_is_read_as_it_is_and_brought_over_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        older.setattr(schema, "NUMBER", 1)
        _older(path)
    before = path.read_bytes()
    connection = open_for_reading(path)
    assert connection.execute("SELECT count FROM head").fetchone() == (0,)
    connection.close()
    assert path.read_bytes() == before
    write_all(path, [exchange(1)])
    connection = open_for_reading(path)
    assert connection.execute("SELECT count FROM head").fetchone() == (1,)
    connection.close()


_TAKES_FOR_LEFT = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
"""


def test_readers_that_come_and_go_leave_the_writer_its_lock(tmp_path: Path) -> None:
    """Else another process takes the file for left, as SQLite does at its end, and removes the log under the writer.

    Source of the numbers: SHARED_FIRST and SHARED_SIZE of sqlite.org/src/file/src/os.h.
    """
    path = tmp_path / "a.sqlite"
    write_all(path, [exchange(1)])
    writer = open_for_writing(path, create=True)
    open_for_reading(path).close()
    reindex(path, CATALOGUE, anew=True)
    command = [sys.executable, "-c", _TAKES_FOR_LEFT, str(path)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "BlockingIOError" in refused.stderr
    writer.close()
    assert subprocess.run(command, check=False).returncode == 0


_READ = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from gateway.stores.sqlite import CassetteReader

reader = CassetteReader(Path(sys.argv[1]))
print(reader.count())
reader.close()
"""


def test_a_reader_does_not_take_the_log_of_a_recorder_away(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = CassetteStore.open(path, create=True)
    for number in (1, 2):
        append_all(recorder, [exchange(number)])
        output, _ = run_python(_READ, path).communicate()
        assert (int(output), path.with_name("a.sqlite-wal").exists()) == (number, True)
    recorder.close()
    assert list(tmp_path.iterdir()) == [path]

"""Opening the file of a cassette: what is refused before anything is read, and how each connection is set up.

Only SQLite opens the file. A file that a process opens besides takes all its locks away when it is closed; the next
process to leave then thinks that nobody else is there, and removes the log that others still write. Source:
sqlite.org/howtocorrupt.html, 2.2, "Posix advisory locks canceled by a separate thread doing close()".
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from gateway.errors import CassetteError, StoreError
from gateway.stores import schema

_MOUNTS = Path("/proc/mounts")
# WAL keeps its index in shared memory, which hosts do not share. Source: sqlite.org/wal.html, "Overview".
_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_NO_CASSETTE = "is no cassette; expected an SQLite file (`evs-gateway cassette import` reads other forms)"
_LOCK_WAIT_S = 10.0
_RETRY_S = 0.05


def open_for_writing(path: Path, create: bool, mounts: Path = _MOUNTS) -> sqlite3.Connection:
    """Return a connection that may write, to a file of this version's format; a new file is made where asked for.

    The connection may be handed to one other thread. Transactions are explicit.
    Errors: CassetteError for what is no cassette, StoreError for what cannot be written.
    """
    _check_place(path, create, mounts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _prepared(path, "rwc" if create else "rw")
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path}: cannot be opened for writing: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened for writing: {error.strerror}") from error


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing, also to a file of an older format or on a medium that takes no writing.

    Errors: CassetteError for what is missing, damaged or foreign.
    """
    _check_file(path, create=False)
    if not os.access(path, os.W_OK) and not _log_of(path).exists():
        return _open_sealed(path)
    try:
        return _current(path, _asking_only(path))
    except sqlite3.OperationalError:
        return _open_sealed(path)
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error


def _asking_only(path: Path) -> sqlite3.Connection:
    """Open a file such that nothing can be written, but SQLite may take its log away when the last one closes it: a
    connection that is read-only to the system would leave it behind."""
    connection = _connect(path, "mode=rw")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open_sealed(path: Path) -> sqlite3.Connection:
    """Open a file whose folder takes no shared-memory file beside it, as on a read-only medium."""
    log = _log_of(path)
    if log.exists() and log.stat().st_size:
        raise CassetteError(f"{path}: the newest exchanges are in {log.name}, and its folder cannot be written")
    try:
        return _current(path, _connect(path, "mode=ro&immutable=1"))
    except sqlite3.DatabaseError as error:
        raise CassetteError(f"{path}: cannot be read: {error}; expected a cassette") from error


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _current(path: Path, connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection to a cassette of this version's format: the file, or a temporary copy brought over."""
    try:
        if schema.is_current(connection, path):
            return connection
        copy = _copied(connection)
    except BaseException:
        connection.close()
        raise
    connection.close()
    schema.migrate(copy, path)
    return copy


def _copied(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy that SQLite keeps in memory, in a file without a name where it is large."""
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    return copy


def _prepared(path: Path, mode: str) -> sqlite3.Connection:
    connection = _connect(path, f"mode={mode}")
    try:
        use_wal(connection, path)
        connection.execute("PRAGMA synchronous = NORMAL")
        schema.migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, parameters: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{parameters}",
        uri=True,
        timeout=_LOCK_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=600,
    )


def use_wal(connection: sqlite3.Connection, path: Path) -> None:
    """Switch to WAL. The switch does not wait for another process that is doing the same, so it is tried again."""
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
            continue
        if mode != "wal":
            raise StoreError(f"{path}: the file system gives journal mode {mode!r}; expected one that can do WAL")
        return


def _check_place(path: Path, create: bool, mounts: Path) -> None:
    _check_file(path, create)
    kind = file_system(path, mounts)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StoreError(f"{path}: lies on a network file system ({kind}); expected a local disk")
    writable = path if path.exists() else _nearest_folder(path)
    if not os.access(writable, os.W_OK):
        raise StoreError(f"{path}: {writable} cannot be written; expected a file and folder of the gateway's own")


def _check_file(path: Path, create: bool) -> None:
    if path.is_dir():
        raise CassetteError(f"{path}: is a folder; expected an SQLite file, or a folder named NAME.cassette")
    if not path.exists():
        if create:
            return
        raise CassetteError(f"{path}: no such cassette; record one first with --mode record")
    if not os.access(path, os.R_OK):
        raise CassetteError(f"{path}: cannot be read; expected a file of the gateway's own")
    if not create and path.stat().st_size == 0:
        raise CassetteError(f"{path}: {_NO_CASSETTE}")


def _unusable(path: Path, error: sqlite3.DatabaseError) -> CassetteError:
    if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
        return CassetteError(f"{path}: {_NO_CASSETTE}")
    return CassetteError(f"{path}: is damaged: {error}; expected a cassette")


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.exists())


def file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system a path lies on, empty where the system does not tell."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    place = path.absolute().resolve()
    points = [(Path(point.replace("\\040", " ")), kind) for _, point, kind, *_ in map(str.split, lines)]
    around = [(point, kind) for point, kind in points if place.is_relative_to(point)]
    return max(around, key=lambda each: len(each[0].parts), default=(Path(), ""))[1]

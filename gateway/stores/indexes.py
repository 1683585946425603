"""The index of a cassette file, made where it is missing or behind: in the file, or for one that cannot be written in a
temporary file of its own that goes when it is closed."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cassette.indexing import RULES
from gateway.contract.catalogue import Catalogue
from gateway.errors import CassetteError, StoreError
from gateway.stores import index_tables
from gateway.stores.index_writer import IndexWriter, Progress
from gateway.stores.opening import open_for_reading, open_for_writing
from gateway.stores.sqlite import CassetteReader
from gateway.stores.sqlite_index import SqliteIndex

# What is told of an index that has to be made: how many exchanges there are.
Told = Callable[[int], None]


def open_index(path: Path, catalogue: Catalogue, progress: Progress = iter, told: Told = lambda _: None) -> SqliteIndex:
    """Return the index of a cassette file, made now where it is missing or behind.

    Errors: CassetteError for what is no cassette or damaged.
    """
    connection = open_for_reading(path)
    if is_fresh(connection):
        return SqliteIndex(connection)
    count = int(connection.execute("SELECT count(*) FROM exchanges").fetchone()[0])
    connection.close()
    told(count)
    try:
        reindex(path, catalogue, progress)
    except StoreError:
        return _beside(path, catalogue, progress)
    return SqliteIndex(open_for_reading(path))


def is_fresh(connection: sqlite3.Connection) -> bool:
    """True when an index is of these rules and goes as far as the exchanges do."""
    facts = index_tables.facts(connection)
    (last,) = connection.execute("SELECT max(seq) FROM exchanges").fetchone()
    return facts.get("rules") == RULES and facts.get("last_seq") == (last or 0)


def reindex(path: Path, catalogue: Catalogue, progress: Progress = iter, anew: bool = False) -> bool:
    """Make the index of a cassette file; returns False for one that is fresh already, unless it is asked for anew.

    Errors: CassetteError for what is no cassette or damaged, StoreError for one that cannot be written.
    """
    with _alone(path):
        connection = open_for_writing(path, create=False)
        try:
            if not anew and is_fresh(connection):
                return False
            _fill(connection, path, catalogue, progress)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path}: its index cannot be written: {error}") from error
        finally:
            connection.close()
    return True


def _beside(path: Path, catalogue: Catalogue, progress: Progress) -> SqliteIndex:
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    _fill(connection, path, catalogue, progress)
    return SqliteIndex(connection)


def _fill(connection: sqlite3.Connection, path: Path, catalogue: Catalogue, progress: Progress) -> None:
    reader = CassetteReader(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        IndexWriter(connection, reader.read, catalogue).write(progress)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    finally:
        reader.close()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time make an index; the next one finds it made."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CassetteError(f"{path}: cannot be read: {error.strerror}; expected a cassette") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

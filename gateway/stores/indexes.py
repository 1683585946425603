"""The index of a cassette, made where it is missing or behind. That of a file is kept in the file, or where this cannot
be written in a temporary one that goes when it is closed; that of the text form, which is read whole, in memory."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import Index
from gateway.cassette.indexing import RULES
from gateway.contract.catalogue import Catalogue
from gateway.errors import CassetteError, StoreError
from gateway.stores import index_tables
from gateway.stores.cassettes import Reading, is_folder_form
from gateway.stores.index_writer import IndexWriter, Progress
from gateway.stores.opening import open_for_reading, open_for_writing
from gateway.stores.sqlite import CassetteReader
from gateway.stores.sqlite_index import SqliteIndex

log = logging.getLogger(__name__)


def index_of(path: Path, cassette: Reading, catalogue: Catalogue) -> Index:
    """Return the index of an open cassette.

    Errors: CassetteError for one that is damaged.
    """
    return MemoryIndex(cassette.read(), catalogue) if is_folder_form(path) else open_index(path, catalogue)


def open_index(path: Path, catalogue: Catalogue) -> SqliteIndex:
    """Return the index of a cassette file, made now, with a line in the log, where it is missing or behind.

    Errors: CassetteError for what is no cassette or damaged.
    """
    connection = open_for_reading(path)
    try:
        if is_fresh(connection):
            return SqliteIndex(connection)
        count, _ = index_tables.head(connection)
    except sqlite3.DatabaseError as error:
        raise CassetteError(f"{path}: is damaged: {error}; expected a cassette") from error
    connection.close()
    log.info("indexing the cassette", extra={"fields": {"path": str(path), "exchanges": count}})
    try:
        reindex(path, catalogue)
    except StoreError:
        return _beside(path, catalogue)
    return SqliteIndex(open_for_reading(path))


def is_fresh(connection: sqlite3.Connection) -> bool:
    """True when an index is of these rules and of the exchanges as they are: the last one's hash covers all of them."""
    facts = index_tables.facts(connection)
    return facts.get("rules") == RULES and (facts.get("exchanges"), facts.get("mac")) == index_tables.head(connection)


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


def _beside(path: Path, catalogue: Catalogue) -> SqliteIndex:
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    _fill(connection, path, catalogue)
    return SqliteIndex(connection)


def _fill(connection: sqlite3.Connection, path: Path, catalogue: Catalogue, progress: Progress = iter) -> None:
    reader = CassetteReader(path)
    try:
        IndexWriter(connection, reader.read, _head(path), catalogue).write(progress)
    finally:
        reader.close()


def _head(path: Path) -> tuple[int, bytes]:
    connection = open_for_reading(path)
    try:
        return index_tables.head(connection)
    finally:
        connection.close()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time make an index; the next one finds it made. The folder is locked, for the file is
    SQLite's alone to open (see `opening`)."""
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CassetteError(f"{path}: cannot be read: {error.strerror}; expected a cassette") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

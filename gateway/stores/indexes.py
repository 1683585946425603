"""The index of a cassette, made where it is missing or behind. That of a file is kept in the file, or where this cannot
be written in a temporary one that goes when it is closed; that of the text form, which is read whole, in memory."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gateway.cassette.chain import Head
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import Index
from gateway.cassette.indexing import RULES
from gateway.contract.catalogue import Catalogue
from gateway.errors import CassetteError, StoreError
from gateway.stores import index_tables
from gateway.stores.cassettes import Reading, is_folder_form
from gateway.stores.chaining import head_of
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
    connection.execute("BEGIN")
    with _told(path):
        if is_fresh(connection):
            return SqliteIndex(connection)
        exchanges = head_of(connection).count
    connection.close()
    log.info("indexing the cassette", extra={"fields": {"path": str(path), "exchanges": exchanges}})
    try:
        reindex(path, catalogue)
    except StoreError:
        return _beside(path, catalogue)
    return _made(path) or _beside(path, catalogue)


def _made(path: Path) -> SqliteIndex | None:
    """Return the index that was made just now. More may have been recorded since, which it need not have; none where
    somebody with other rules is making it anew already."""
    connection = open_for_reading(path)
    connection.execute("BEGIN")
    if index_tables.facts(connection).get("rules") == RULES:
        return SqliteIndex(connection)
    connection.close()
    return None


def is_fresh(connection: sqlite3.Connection) -> bool:
    """True when an index is of these rules and of the exchanges as they are: the last one's hash covers all of them."""
    facts = index_tables.facts(connection)
    head = head_of(connection)
    return facts.get("rules") == RULES and (facts.get("exchanges"), facts.get("mac")) == (head.count, head.mac)


def reindex(path: Path, catalogue: Catalogue, progress: Progress = iter, anew: bool = False) -> bool:
    """Make the index of a cassette file; returns False for one that is fresh already, unless it is asked for anew.

    Errors: CassetteError for what is no cassette or damaged, StoreError for one that cannot be written.
    """
    with _alone(path), closing(open_for_writing(path, create=False)) as connection, _told(path):
        if is_fresh(connection) and not anew:
            return False
        head = head_of(connection)
        try:
            _fill(connection, path, head, catalogue, progress)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path}: its index cannot be written: {error}") from error
    return True


def _beside(path: Path, catalogue: Catalogue) -> SqliteIndex:
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    with _told(path), closing(open_for_reading(path)) as cassette:
        head = head_of(cassette)
    try:
        _fill(connection, path, head, catalogue)
    except sqlite3.OperationalError as error:
        connection.close()
        raise StoreError(f"{path}: its index cannot be written, nor a temporary one: {error}") from error
    return SqliteIndex(connection)


def _fill(
    connection: sqlite3.Connection, path: Path, head: Head, catalogue: Catalogue, progress: Progress = iter
) -> None:
    with closing(CassetteReader(path)) as reader:
        IndexWriter(connection, reader.read, (head.count, head.mac), catalogue).write(progress)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a file that something in it is not as it was written."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise CassetteError(f"{path}: is damaged: {error}; expected a cassette") from error


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

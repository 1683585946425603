"""The tables of the index of a trail. All of it is drawn from the trail's files and can be thrown away.

| table | one row for each |
|---|---|
| files | file of the trail: its chain, and how far it was drawn |
| records | record: its place, and where it stands. Places are in order of time, so a page is a range of them |
| postings | term and record that falls under it |
| terms | term: what it is, and how many records fall under it |
| words | record: the words in it (FTS5, nothing but places is kept) |
| facets | record and value that it is counted under |
| tallies | value that records are counted under, and how many there are |
| shares | kind of request that was counted |
| spans | minute (or longer span) and kind of request: how many there were; outlives the records |
| totals | the same, whatever the operation |
| uses | hour (or day, or ever), principal and action: how often it was used, and when last; outlives the records |
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from gateway.audit.entries import LATEST_MS, Entry, Term
from gateway.errors import StoreError

VERSION = 4
TABLES = (
    "CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, chain TEXT NOT NULL,"
    " drawn INTEGER NOT NULL)",
    "CREATE TABLE records (place INTEGER PRIMARY KEY, file INTEGER NOT NULL, at INTEGER NOT NULL,"
    " length INTEGER NOT NULL, share INTEGER)",
    "CREATE TABLE postings (term INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (term, place)) WITHOUT ROWID",
    "CREATE TABLE terms (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, word TEXT NOT NULL, records INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE words USING fts5(spoken, content='', detail=none, columnsize=0,"
    """ tokenize="ascii tokenchars '_@:.-'")""",
    "CREATE TABLE facets (place INTEGER NOT NULL, kind INTEGER NOT NULL, term INTEGER NOT NULL,"
    " PRIMARY KEY (place, kind, term)) WITHOUT ROWID",
    "CREATE TABLE tallies (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, word TEXT NOT NULL,"
    " records INTEGER NOT NULL)",
    "CREATE INDEX tallies_by_size ON tallies (kind, records)",
    "CREATE TABLE shares (number INTEGER PRIMARY KEY, operation TEXT NOT NULL, decision TEXT NOT NULL,"
    " status INTEGER NOT NULL, origin TEXT NOT NULL, class INTEGER NOT NULL)",
    "CREATE TABLE spans (width INTEGER NOT NULL, first INTEGER NOT NULL, operation TEXT NOT NULL,"
    " decision TEXT NOT NULL, status INTEGER NOT NULL, origin TEXT NOT NULL, class INTEGER NOT NULL,"
    " requests INTEGER NOT NULL, PRIMARY KEY (width, first, operation, decision, status, origin, class)) WITHOUT ROWID",
    "CREATE TABLE totals (width INTEGER NOT NULL, first INTEGER NOT NULL, decision TEXT NOT NULL,"
    " status INTEGER NOT NULL, origin TEXT NOT NULL, class INTEGER NOT NULL, requests INTEGER NOT NULL,"
    " PRIMARY KEY (width, first, decision, status, origin, class)) WITHOUT ROWID",
    "CREATE TABLE uses (width INTEGER NOT NULL, first INTEGER NOT NULL, principal TEXT NOT NULL, action TEXT NOT NULL,"
    " operation TEXT NOT NULL, decision TEXT NOT NULL, requests INTEGER NOT NULL, last_ms INTEGER NOT NULL,"
    " PRIMARY KEY (width, first, principal, action, operation, decision)) WITHOUT ROWID",
)
_CACHE_KB = 64 * 1024
_BUSY_S = 60.0
# A place: the time in ms, then bits of the chain, then of the number in it, so that places rarely meet.
_CHAIN_BITS, _SEQ_BITS = 10, 11
_CHAINS, _SEQS = 1 << _CHAIN_BITS, 1 << _SEQ_BITS
_TIME_SHIFT = _CHAIN_BITS + _SEQ_BITS
# So many places a millisecond.
PLACES_A_MS = 1 << _TIME_SHIFT


def opened(path: Path) -> sqlite3.Connection:
    """Return the index in a file, an empty one for a file that is not there or of another version.

    Errors: StoreError for a folder that cannot be written.
    """
    try:
        with _alone(path.parent):
            connection = _connected(path)
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                connection.close()
                remove(path)
                connection = _created(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: the index of the audit trail cannot be opened ({error})") from error
    return connection


def remove(path: Path) -> None:
    """Throw an index away."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def number_of(term: Term) -> int:
    """Return the number of a term, made of its words: no table has to be asked for it."""
    digest = blake2b(f"{term[0]}\0{term[1]}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def place_of(entry: Entry, file: int) -> int:
    """Return the place of a record in the order of time."""
    return first_place(entry.ts_ms) | (file % _CHAINS) << _SEQ_BITS | entry.seq % _SEQS


def first_place(ts_ms: int) -> int:
    """Return the first place of a millisecond."""
    return min(max(ts_ms, 0), LATEST_MS) << _TIME_SHIFT


def time_of(place: int) -> int:
    """Return the millisecond of a place."""
    return place >> _TIME_SHIFT


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from opening an index in a folder meanwhile: they would take away the one that is being made."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection


def _created(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = _connected(path)
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for statement in TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
    return connection

"""The tables of an index: in the file of its cassette, or beside one that cannot be written, in a file of their own.

| table | one row for each |
|---|---|
| index_facts | fact about the whole: the number of its rules, how far it goes, counts, projects |
| index_exchanges | exchange, by place: what is known of it, and its answer, cut |
| index_requests | key by its digest: its number; where no names are asked for, its series, and the run of a short one |
| index_foretold | read whose words alone tell its answers, by a number made of them (see `foretold`) |
| index_keys, index_series | key by its number: its text; key with asked-for names |
| index_places | exchange by series and time, what a gate is looked up in |
| index_touches, index_own | write and tag it touches, by number of all writes of the tag, of those of its client |
| index_ids | alias of a real id, with the client that has it for its own, and how many writes touch it |
| index_things, index_children | thing with its client and how many writes touch it; thing of a disk |
| index_actors | client |
| index_words | name that a write chose, secret that was issued |

What one request needs is in as few rows as can be: the id in its path, its key, its answer are one look-up each.

An index can always be made anew from the exchanges, so nothing in it is bound by the hashes of the cassette.
"""

from __future__ import annotations

import sqlite3

TABLES = (
    "CREATE TABLE index_facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE index_exchanges (at INTEGER PRIMARY KEY, actor INTEGER NOT NULL, facts BLOB NOT NULL,"
    " answer BLOB NOT NULL)",
    "CREATE TABLE index_requests (digest BLOB PRIMARY KEY, key INTEGER NOT NULL, series INTEGER, run BLOB)"
    " WITHOUT ROWID",
    "CREATE TABLE index_foretold (place INTEGER PRIMARY KEY, told BLOB NOT NULL)",
    "CREATE TABLE index_keys (key INTEGER PRIMARY KEY, operation TEXT NOT NULL, method TEXT NOT NULL,"
    " text BLOB NOT NULL, parts BLOB NOT NULL)",
    "CREATE TABLE index_series (key INTEGER NOT NULL, names BLOB NOT NULL, series INTEGER NOT NULL,"
    " PRIMARY KEY (key, names)) WITHOUT ROWID",
    "CREATE TABLE index_places (series INTEGER NOT NULL, began REAL NOT NULL, at INTEGER NOT NULL,"
    " actor INTEGER NOT NULL, answered REAL NOT NULL, mark BLOB NOT NULL,"
    " PRIMARY KEY (series, began, at)) WITHOUT ROWID",
    "CREATE TABLE index_touches (tag TEXT NOT NULL, number INTEGER NOT NULL, ended REAL NOT NULL,"
    " at INTEGER NOT NULL, own INTEGER NOT NULL, PRIMARY KEY (tag, number)) WITHOUT ROWID",
    "CREATE TABLE index_own (tag TEXT NOT NULL, actor INTEGER NOT NULL, number INTEGER NOT NULL,"
    " ended REAL NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (tag, actor, number)) WITHOUT ROWID",
    "CREATE TABLE index_ids (alias TEXT PRIMARY KEY, value BLOB NOT NULL, actor INTEGER, writes INTEGER NOT NULL)"
    " WITHOUT ROWID",
    "CREATE TABLE index_things (thing TEXT PRIMARY KEY, actor INTEGER, writes INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE index_children (thing TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (thing, child)) WITHOUT ROWID",
    "CREATE TABLE index_actors (actor INTEGER PRIMARY KEY, writes INTEGER NOT NULL, restless INTEGER NOT NULL)",
    "CREATE TABLE index_words (kind TEXT NOT NULL, word BLOB NOT NULL, PRIMARY KEY (kind, word)) WITHOUT ROWID",
)
# Left from earlier rules, to be taken away.
FORMER = ("index_answers",)
# Tables that are needed while the others are filled.
PASSING = (
    "CREATE TEMP TABLE index_read (series INTEGER, began REAL, at INTEGER, connection INTEGER, answered REAL,"
    " mark BLOB, PRIMARY KEY (series, began, at)) WITHOUT ROWID",
    "CREATE TEMP TABLE index_noted (at INTEGER PRIMARY KEY, connection INTEGER, facts BLOB)",
    "CREATE TEMP TABLE index_asked (place INTEGER PRIMARY KEY, digest BLOB, target BLOB, label TEXT, project TEXT,"
    " named BLOB, ids BLOB)",
    "CREATE TEMP TABLE index_connections (connection INTEGER PRIMARY KEY, actor INTEGER)",
)
# Made when the tables are full: that is quicker than keeping them in order row by row.
ORDERS = (
    "CREATE INDEX index_keys_by_operation ON index_keys (operation, method)",
    "CREATE UNIQUE INDEX index_series_by_number ON index_series (series)",
    "CREATE INDEX index_series_by_key ON index_series (key, series)",
    "CREATE INDEX index_places_by_actor ON index_places (series, actor, began, at)",
    "CREATE INDEX index_touches_by_end ON index_touches (tag, ended, at)",
    "CREATE INDEX index_touches_by_place ON index_touches (at)",
    "CREATE INDEX index_own_by_end ON index_own (tag, actor, ended, at)",
    "CREATE INDEX index_ids_by_value ON index_ids (value, alias, actor, writes)",
)
_PASSING_NAMES = tuple(sql.split()[3] for sql in PASSING)
_NAMES = tuple(sql.split()[2] for sql in TABLES)


def make(connection: sqlite3.Connection) -> None:
    """Make empty tables, in place of any."""
    for name in (*_PASSING_NAMES, *_NAMES, *FORMER):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    for sql in (*TABLES, *PASSING):
        connection.execute(sql)


def order(connection: sqlite3.Connection) -> None:
    """Make the orders in which full tables are looked up, and take away what was needed to fill them."""
    for name in _PASSING_NAMES:
        connection.execute(f"DROP TABLE {name}")
    for sql in ORDERS:
        connection.execute(sql)


def facts(connection: sqlite3.Connection) -> dict[str, object]:
    """Return the facts of an index; none where there is none."""
    try:
        return dict(connection.execute("SELECT name, value FROM index_facts"))
    except sqlite3.OperationalError:
        return {}

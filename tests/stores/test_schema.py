"""The format of a file: told before anything in it is read, and brought from an older number to this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from gateway.errors import CassetteError
from gateway.stores import schema

PATH = Path("a.sqlite")


@pytest.fixture
def connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, value FROM meta"))


def test_a_new_file_gets_tables_and_number(connection: sqlite3.Connection) -> None:
    schema.migrate(connection, PATH)
    schema.migrate(connection, PATH)
    schema.check(connection, PATH)
    assert _meta(connection) == {"format": "evs-gateway cassette", "number": "1"}
    assert sorted(Database(connection).table_names()) == ["exchanges", "intents", "meta"]
    connection.close()


def test_an_older_file_is_brought_over(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(database: Database) -> None:
        database.execute("CREATE TABLE more (a)")

    schema.migrate(connection, PATH)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
    monkeypatch.setattr(schema, "NUMBER", 2)
    with pytest.raises(CassetteError, match=r"a.sqlite: is a cassette of format 1; expected 2: open it once"):
        schema.check(connection, PATH)
    schema.migrate(connection, PATH)
    schema.check(connection, PATH)
    assert _meta(connection)["number"] == "2"
    connection.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(database: Database) -> None:
        database.execute("CREATE TABLE more (a)")
        raise sqlite3.OperationalError("disk is full")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, PATH)
    assert Database(connection).table_names() == []
    connection.close()


def test_a_newer_file_is_refused(connection: sqlite3.Connection) -> None:
    schema.migrate(connection, PATH)
    connection.execute("UPDATE meta SET value = '9' WHERE name = 'number'")
    for judge in (schema.check, schema.migrate):
        with pytest.raises(CassetteError, match="of format 9; expected at most 1: use a newer evs-gateway"):
            judge(connection, PATH)
    connection.close()


@pytest.mark.parametrize("sql", ["CREATE TABLE meta (name, value)", "CREATE TABLE other (a)"])
def test_a_foreign_file_is_refused(connection: sqlite3.Connection, sql: str) -> None:
    connection.execute(sql)
    for judge in (schema.check, schema.migrate):
        with pytest.raises(CassetteError, match="is an SQLite file but no cassette; expected format"):
            judge(connection, PATH)
    connection.close()

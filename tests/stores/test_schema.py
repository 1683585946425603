"""The format of a file: told before anything in it is read, and brought from an older number to this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from gateway.errors import CassetteError
from gateway.stores import schema
from gateway.stores.rows import EXCHANGE_COLUMNS, REQUEST_COLUMNS, STORED_COLUMNS, exchange_row
from tests.stores.sample_exchanges import exchange

PATH = Path("a.sqlite")


@pytest.fixture
def connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, value FROM meta"))


def test_a_new_file_gets_tables_and_number(connection: sqlite3.Connection) -> None:
    schema.migrate(connection, PATH)
    schema.migrate(connection, PATH)
    assert schema.is_current(connection, PATH)
    number = str(schema.NUMBER)
    assert _meta(connection) == {
        "format": "evs-gateway cassette",
        "number": number,
        "cassette": schema.cassette_id(connection),
    }
    assert set(Database(connection).table_names()) >= {"exchanges", "head", "intents", "meta", "seals"}
    connection.close()


def test_an_older_file_is_brought_over(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(database: Database) -> None:
        database.execute("CREATE TABLE more (a)")

    schema.migrate(connection, PATH)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
    monkeypatch.setattr(schema, "NUMBER", schema.NUMBER + 1)
    monkeypatch.setattr(schema, "ALIKE", schema.NUMBER)
    assert not schema.is_current(connection, PATH)
    schema.migrate(connection, PATH)
    assert schema.is_current(connection, PATH)
    assert _meta(connection)["number"] == str(schema.NUMBER)
    connection.close()


def _first_format(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        older.setattr(schema, "NUMBER", 1)
        schema.migrate(connection, PATH)


def test_a_file_is_read_as_it_is_where_only_new_rows_are_different(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first_format(connection, monkeypatch)
    assert not schema.is_current(connection, PATH)
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        older.setattr(schema, "NUMBER", 2)
        schema.migrate(connection, PATH)
    assert schema.is_current(connection, PATH)
    schema.migrate(connection, PATH)
    assert _meta(connection)["number"] == "3"
    connection.close()


def test_exchanges_of_the_first_format_stay_and_have_no_hash(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first_format(connection, monkeypatch)
    columns = REQUEST_COLUMNS + EXCHANGE_COLUMNS[EXCHANGE_COLUMNS.index("status") :]
    values = (1, "op", *exchange_row(exchange(1))[2:])
    marks = ",".join("?" * len(values))
    connection.execute(f"INSERT INTO exchanges (seq, operation, {','.join(columns)}) VALUES ({marks})", values)
    schema.migrate(connection, PATH)
    assert connection.execute("SELECT id, key, prev, mac FROM exchanges").fetchall() == [("", "", b"", b"")]
    count, mac = connection.execute("SELECT count, mac FROM head").fetchone()
    assert (count, mac.hex()) == (1, schema.cassette_id(connection))
    connection.close()


def test_an_exchange_that_does_not_follow_the_last_one_is_refused(connection: sqlite3.Connection) -> None:
    schema.migrate(connection, PATH)
    row = (*exchange_row(exchange(1)), "plain", b"another head", b"mac")
    marks = ",".join("?" * len(row))
    with pytest.raises(sqlite3.IntegrityError, match=schema.MOVED):
        connection.execute(f"INSERT INTO exchanges ({','.join(STORED_COLUMNS)}) VALUES ({marks})", row)
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
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'number'")
    for judge in (schema.is_current, schema.migrate):
        with pytest.raises(CassetteError, match=r"of format 99; expected at most \d+: use a newer evs-gateway"):
            judge(connection, PATH)
    connection.close()


@pytest.mark.parametrize("sql", ["CREATE TABLE meta (name, value)", "CREATE TABLE other (a)"])
def test_a_foreign_file_is_refused(connection: sqlite3.Connection, sql: str) -> None:
    connection.execute(sql)
    for judge in (schema.is_current, schema.migrate):
        with pytest.raises(CassetteError, match="is an SQLite file but no cassette; expected format"):
            judge(connection, PATH)
    connection.close()

"""The tables of the shared store, and the way from an older number to this one.

Several gateways may come to an empty database at once: one makes the tables, the others wait for it. Records lie in
one partition a day (UTC), made when the first record of the day comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from psycopg.sql import SQL, Identifier, Literal

from gateway.errors import StoreError
from gateway.stores.postgres.connecting import Connection, named, translated

SCHEMA = "evs_gateway"

_FIRST = """
CREATE TABLE evs_gateway.chains (
    chain text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL
);
CREATE TABLE evs_gateway.missing (
    chain text NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL, PRIMARY KEY (chain, first_seq)
);
CREATE TABLE evs_gateway.records (
    day date NOT NULL, chain text NOT NULL, seq bigint NOT NULL, at timestamptz NOT NULL, stage text NOT NULL,
    id text, principal text, operation text, status int, verdict text, line text NOT NULL,
    PRIMARY KEY (day, chain, seq)
) PARTITION BY RANGE (day);
CREATE INDEX ON evs_gateway.records (id);
CREATE INDEX ON evs_gateway.records (at);
CREATE INDEX ON evs_gateway.records (principal, at);
CREATE INDEX ON evs_gateway.records (operation, at);
CREATE TABLE evs_gateway.cassettes (
    cassette text PRIMARY KEY, recording text NOT NULL, seq bigint NOT NULL
);
CREATE TABLE evs_gateway.exchanges (
    cassette text NOT NULL REFERENCES evs_gateway.cassettes, seq bigint NOT NULL, id text NOT NULL,
    operation text NOT NULL, method text NOT NULL, target bytea NOT NULL, started_at double precision NOT NULL,
    connection text NOT NULL, request_headers text NOT NULL, request_body bytea NOT NULL, status int NOT NULL,
    completed_at double precision NOT NULL, credential text NOT NULL, response_headers text NOT NULL,
    response_body bytea NOT NULL, redactions text NOT NULL, findings text NOT NULL,
    PRIMARY KEY (cassette, seq)
);
CREATE TABLE evs_gateway.scopes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, recording text NOT NULL, name bytea NOT NULL,
    UNIQUE (recording, name)
);
CREATE TABLE evs_gateway.policies (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), files jsonb NOT NULL
);
CREATE TABLE evs_gateway.events (
    scope bigint NOT NULL REFERENCES evs_gateway.scopes, number bigint NOT NULL, event text NOT NULL,
    PRIMARY KEY (scope, number)
);
"""
MIGRATIONS = (_FIRST,)
NUMBER = len(MIGRATIONS)

# Names the lock under which tables are made, among whatever else uses locks of its own in the database.
_LOCK = 0x65_76_73_67_77


def migrate(connection: Connection, url: str) -> None:
    """Bring the store to this version's format. Errors: StoreError, also for the format of a later version."""
    with translated(url), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        seen = _number(connection)
        if seen > NUMBER:
            raise StoreError(f"{named(url)}: has format {seen}; expected at most {NUMBER}: use a newer evs-gateway")
        for statements in MIGRATIONS[seen:]:
            connection.execute(statements)
        if seen < NUMBER:
            connection.execute("UPDATE evs_gateway.format SET number = %s", (NUMBER,))


def _number(connection: Connection) -> int:
    found = connection.execute("SELECT to_regclass('evs_gateway.format')").fetchone()
    if found == (None,):
        connection.execute(
            "CREATE SCHEMA IF NOT EXISTS evs_gateway; CREATE TABLE evs_gateway.format (number int NOT NULL);"
            "INSERT INTO evs_gateway.format VALUES (0)"
        )
    row = connection.execute("SELECT number FROM evs_gateway.format").fetchone()
    return int(str(row[0])) if row else 0


def make_partitions(connection: Connection, days: Iterable[date]) -> None:
    """Make the partitions of days that have none. Inside a transaction; others that want the same wait."""
    for day in sorted(days):
        name = f"records_{day:%Y%m%d}"
        if connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.{name}",)).fetchone() != (None,):
            continue
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(
            SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF evs_gateway.records FOR VALUES FROM ({}) TO ({})").format(
                Identifier(SCHEMA, name), Literal(day), Literal(day + timedelta(days=1))
            )
        )

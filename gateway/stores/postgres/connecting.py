"""Connections to the shared store, and its errors in the gateway's words.

Everything lies in the schema `evs_gateway`, so that the database may hold other things. Nothing waits for ever: what
does not connect in time, or gets no lock, is an error, and whoever asked comes again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from gateway.errors import StoreError

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECT_TIMEOUT_S = 5
# The client's side of a connection whose other end is gone without a word.
_KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_SERVER = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c TimeZone=UTC"


def connected(url: str) -> Connection:
    """Return a connection in which each statement is its own transaction unless one is begun.

    Errors: StoreError when the store cannot be reached or does not let the gateway in.
    """
    with translated(url):
        return psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name="evs-gateway",
            options=_SERVER,
            **_KEEPALIVE,
        )


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Let what goes wrong with the store inside be a StoreError that names it."""
    try:
        yield
    except psycopg.Error as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise StoreError(f"{named(url)}: {lines[0]}") from error


def named(url: str) -> str:
    """Return the name of a store for people: without who enters it and with what."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"postgresql://{place}{parts.path}"

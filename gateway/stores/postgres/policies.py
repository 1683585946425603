"""Policies in the shared store: published once, and in the folder of every gateway a moment later.

A gateway decides by the files it has on its own disk, so it goes on without the store. Whoever publishes tells those
that listen (`NOTIFY`); one that was away draws the newest when it is back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from gateway.access.folder import Folder
from gateway.access.set_file import SET_FILE
from gateway.errors import PolicyError, StoreError
from gateway.stores.postgres.connecting import Connection, connected, named, translated
from gateway.stores.postgres.schema import migrate

CHANNEL = "evs_gateway_policies"
_NEWEST = "SELECT number, files FROM evs_gateway.policies ORDER BY number DESC LIMIT 1"


def publish(url: str, folder: Folder) -> int:
    """Give a policy folder to all gateways, and return the number of this publication. That it loads is seen to before.

    Errors: PolicyError for a file that is no text, StoreError when the store does not take it.
    """
    files = {SET_FILE: folder.set_text, **folder.documents, **folder.unlisted}
    texts = {name: _text(f"{folder.label}{name}", text) for name, text in files.items()}
    with connected(url) as connection:
        migrate(connection, url)
        with translated(url), connection.transaction():
            row = connection.execute(
                "INSERT INTO evs_gateway.policies (files) VALUES (%s) RETURNING number", (Jsonb(texts),)
            ).fetchone()
            connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    assert row is not None, "an INSERT that returns has a row"
    return int(row[0])


def _text(name: str, text: bytes) -> str:
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        raise PolicyError(
            f"{name}: is no UTF-8 ({error.reason}); a folder that is published holds text only"
        ) from error
    if "\0" in decoded:
        raise PolicyError(f"{name}: holds a NUL; a folder that is published holds text only")
    return decoded


class Publications:
    """Draws what is published into a folder of this gateway. Used from one thread."""

    def __init__(self, url: str, target: Path) -> None:
        self._url = url
        self._target = target
        self._drawn = 0
        self._connection: Connection | None = None

    def next(self, timeout_s: float) -> int:
        """Return the number of the publication that the folder holds, waiting at most so long for a newer one.

        Errors: StoreError when the store cannot be reached, or holds what is no policy folder; PolicyError when nothing
        was published.
        """
        try:
            if self._connection is None:
                self._connection = self._listening()
            elif not self._is_told(self._connection, timeout_s):
                return self._drawn
            return self._draw(self._connection)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listening(self) -> Connection:
        connection = connected(self._url)
        migrate(connection, self._url)
        with translated(self._url):
            connection.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
        return connection

    def _is_told(self, connection: Connection, timeout_s: float) -> bool:
        with translated(self._url):
            return any(True for _ in connection.notifies(timeout=timeout_s, stop_after=1))

    def _draw(self, connection: Connection) -> int:
        with translated(self._url):
            row = connection.execute(_NEWEST).fetchone()
        if row is None:
            raise PolicyError(f"{named(self._url)}: no policies; publish some first with evs-gateway policy publish")
        number, files = row
        if number != self._drawn:
            _write(self._target, files, named(self._url))
            self._drawn = number
        return self._drawn


def _write(target: Path, files: Mapping[str, str], source: str) -> None:
    """Let a folder hold these files and no others. The set file comes last, for it says what counts."""
    strays = [name for name in files if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts]
    if strays or SET_FILE not in files:
        raise StoreError(f"{source}: holds no policy folder ({strays[0] if strays else 'no ' + SET_FILE})")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in sorted(files, key=lambda each: (each == SET_FILE, each)):
            _replace(target / name, files[name].encode())
        for path in target.rglob("*.json"):
            if path.relative_to(target).as_posix() not in files:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{target}: policies cannot be written there ({error.strerror})") from error


def _replace(path: Path, text: bytes) -> None:
    if path.is_file() and path.read_bytes() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(text)
    fresh.replace(path)

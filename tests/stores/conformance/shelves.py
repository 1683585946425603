"""Where gateways put one recording together: a file that all of them write, or a store that each brings its own to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg

from gateway.cassette.exchange import Exchange
from gateway.cassette.merge import merged
from gateway.stores.copying import write_cassette
from gateway.stores.opening import open_for_reading
from gateway.stores.postgres.connecting import connected
from gateway.stores.postgres.couriers import Couriers
from gateway.stores.postgres.drawing import draw
from gateway.stores.postgres.exchanges import Exchanges
from gateway.stores.rows import EXCHANGE_COLUMNS
from gateway.stores.schema import cassette_id
from gateway.stores.sqlite import CassetteReader

_COUNT = "SELECT count(*) FROM evs_gateway.exchanges JOIN evs_gateway.cassettes USING (cassette) WHERE recording = %s"


class Shelf(Protocol):
    """One recording of several writers."""

    def place(self, writer: str) -> Path:
        """Return the cassette that a writer records into."""
        ...

    def bring(self, writer: str) -> None:
        """Return when what it has recorded until now is for everybody to read."""
        ...

    def bring_again(self, writer: str) -> None:
        """Bring all of it once more, as if nobody knew that it was taken."""
        ...

    def read(self) -> list[Exchange]: ...

    def count(self) -> int: ...


Shelves = Callable[[Path], Shelf]
"""Begins a recording; its writers have what is their own in the folder."""


class OneFile:
    """A cassette that all of them have open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._path = folder / "life.sqlite"

    def place(self, _: str) -> Path:
        return self._path

    def bring(self, _: str) -> None:
        """What was acknowledged is in the file."""

    def bring_again(self, _: str) -> None:
        """Merge the recording with itself."""
        both = self.read()
        write_cassette(self._path, merged(both, both))

    def read(self) -> list[Exchange]:
        return _read(self._path)

    def count(self) -> int:
        with closing(CassetteReader(self._path)) as reader:
            return reader.count()


class SharedShelf:
    """A PostgreSQL, and a cassette of its own for each."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._url = url
        self._name = f"{folder.name}.sqlite"

    def place(self, writer: str) -> Path:
        (self._folder / writer).mkdir(exist_ok=True)
        return self._folder / writer / self._name

    def bring(self, writer: str) -> None:
        couriers = Couriers(self._url, None, writer, self.place(writer))
        while couriers.round()[0]:
            pass
        couriers.close()

    def bring_again(self, writer: str) -> None:
        """Bring it with another courier, then row by row as one that asked nobody where to begin."""
        self.bring(writer)
        with closing(open_for_reading(self.place(writer))) as source:
            rows = source.execute(f"SELECT seq, {', '.join(EXCHANGE_COLUMNS)} FROM exchanges ORDER BY seq").fetchall()
            cassette = cassette_id(source)
        with closing(connected(self._url)) as connection:
            for row in rows:
                Exchanges(connection, self._url).add(cassette, self._name, [row])

    def read(self) -> list[Exchange]:
        drawn = self._folder / "drawn" / self._name
        draw(self._url, self._name, drawn)
        return _read(drawn)

    def count(self) -> int:
        with psycopg.connect(self._url) as connection:
            row = connection.execute(_COUNT, (self._name,)).fetchone()
        assert row is not None, "a count has a row"
        return int(row[0])


def _read(path: Path) -> list[Exchange]:
    with closing(CassetteReader(path)) as reader:
        return list(reader.read())

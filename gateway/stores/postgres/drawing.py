"""A recording of several gateways, drawn from the shared store into a file of this one, which is then replayed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from gateway.errors import CassetteError, StoreError
from gateway.stores.copying import write_cassette
from gateway.stores.postgres.connecting import connected, named
from gateway.stores.postgres.exchanges import Exchanges
from gateway.stores.postgres.schema import migrate


def draw(url: str, recording: str, target: Path) -> None:
    """Write a recording into a file, in place of what was drawn before.

    Errors: StoreError when the store cannot be reached or the file not be written, CassetteError when nothing was
    recorded under that name.
    """
    with closing(connected(url)) as connection:
        migrate(connection, url)
        exchanges = Exchanges(connection, url)
        if not exchanges.has(recording):
            raise CassetteError(f"{named(url)}: no recording {recording!r}; record one first with --mode record")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{target.parent}: cannot be made ({error.strerror})") from error
        write_cassette(target, exchanges.drawn(recording))

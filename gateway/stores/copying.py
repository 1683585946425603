"""Writing a whole cassette in either form, beside the place first, so that the place holds the old one or the new."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreError
from gateway.stores.cassettes import cassette_exists, is_folder_form
from gateway.stores.chaining import head_of
from gateway.stores.folder_recording import WORKING, is_settled, refuse_other_content, replace_text
from gateway.stores.ledger import PLAIN_LEDGER, Ledger
from gateway.stores.opening import open_for_reading
from gateway.stores.schema import cassette_id
from gateway.stores.sqlite import write_all
from gateway.stores.text_folder import is_text_cassette, write_folder


def refuse_existing(target: Path) -> None:
    """Raise CassetteError when something was recorded at the target."""
    if cassette_exists(target):
        raise CassetteError(f"{target}: is there already; give --force to replace it")


def write_cassette(target: Path, exchanges: Iterable[Exchange], ledger: Ledger = PLAIN_LEDGER) -> None:
    """Write a cassette in the form its path names, in place of what was there.

    Errors: CassetteError for a target that holds something else or is being recorded, StoreError for one that cannot be
    written.
    """
    if not is_folder_form(target):
        with fresh_beside(target) as fresh:
            write_all(fresh, exchanges, ledger)
        tell_head(target, ledger)
        return
    refuse_other_content(target)
    if not is_settled(target):
        raise CassetteError(f"{target}: has a recording under way in {WORKING}; finish it first")
    write = replace_text if is_text_cassette(target) else write_folder
    write(target, exchanges)


def tell_head(store: Path, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
    """Say outside what a store holds that was written in one go."""
    with closing(open_for_reading(store)) as connection:
        ledger.tell(store, cassette_id(connection), head_of(connection), clock())


@contextmanager
def fresh_beside(target: Path) -> Iterator[Path]:
    """Give a place for a new store beside the old one, and put it in that one's place when all went well.

    Errors: CassetteError while somebody else has the old one open, StoreError when that cannot be done.
    """
    fresh = target.with_name(f".{target.name}.new")
    refuse_in_use(target)
    try:
        fresh.unlink(missing_ok=True)
        yield fresh
        refuse_in_use(target)
        for suffix in ("-wal", "-shm"):
            target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
        fresh.replace(target)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror}") from error


def refuse_in_use(path: Path) -> None:
    """Raise CassetteError when another connection has a store open: then its journal cannot be changed. The file holds
    all of it afterwards, its log nothing. What is no store is nobody's."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        raise CassetteError(f"{path}: is open elsewhere; finish the recording or replay first") from error
    except sqlite3.DatabaseError:
        return

"""A cassette written anew in its own place: pruned, or sealed as it is. What belongs to it besides its exchanges stays.

The place holds the old cassette or the new one, never half of either. Nobody else may have it open: a recorder would go
on writing into the old file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gateway.cassette.exchange import Exchange
from gateway.cassette.file_integrity import SUMS_FILE, written_sums
from gateway.cassette.integrity import State
from gateway.cassette.seals import SEALS_FILE, Seal, state_of
from gateway.errors import StoreError
from gateway.stores.cassettes import open_cassette
from gateway.stores.chaining import head_of
from gateway.stores.copying import fresh_beside, tell_head, write_cassette
from gateway.stores.integrity import Examined, examine, hashes_of
from gateway.stores.ledger import Ledger
from gateway.stores.opening import open_for_reading, open_for_writing
from gateway.stores.sqlite import CassetteReader, write_all
from gateway.stores.text_folder import write_file

Change = Callable[[Iterable[Exchange]], Iterable[Exchange]]


def rewrite(path: Path, change: Change, ledger: Ledger) -> None:
    """Make a cassette hold what `change` makes of its exchanges, with the notes and seals that it has.

    Errors: CassetteError while somebody else has it open, StoreError when it cannot be written.
    """
    if path.is_dir():
        with closing(open_cassette(path)) as cassette:
            write_cassette(path, change(cassette.read()))
        return
    with fresh_beside(path) as fresh:
        with closing(CassetteReader(path)) as reader:
            write_all(fresh, change(reader.read()), ledger, reader.incomplete())
        with closing(open_for_writing(fresh, create=False)) as connection:
            _add_seals(connection, _store_seals(path))
    tell_head(path, ledger)


def seal(path: Path, by: str, reason: str, at: str, ledger: Ledger) -> Seal:
    """Vouch for a cassette as it is: a seal on it, and hashes that fit it where they did not.

    Errors: CassetteError for what cannot be read or is in use, StoreError for what cannot be written.
    """
    examined = examine(path, ledger)
    bare = Seal(at, by, reason, _difference(examined), "")
    if path.is_dir():
        return _seal_folder(path, bare)
    if examined.integrity.has(State.BAD) or examined.integrity.has(State.UNKNOWN):
        rewrite(path, iter, ledger)
    return _seal_store(path, bare)


def _difference(examined: Examined) -> str:
    """Say what was not as it was written."""
    verdicts = examined.integrity.verdicts.items()
    faults = [f"{fault.place} {fault.says}" for _, each in verdicts for fault in each.faults]
    more = sum(each.count for _, each in verdicts) - len(faults)
    if faults:
        return "; ".join(faults[:5]) + (f"; and {len(faults) - 5 + more} more" if len(faults) + more > 5 else "")
    untold = [each.says for _, each in verdicts if each.state is State.UNKNOWN]
    return untold[0] if untold else "as it was written"


def _seal_folder(folder: Path, bare: Seal) -> Seal:
    sums = written_sums(hashes_of(folder))
    fresh = replace(bare, state=state_of(sums))
    file = folder / SEALS_FILE
    try:
        lines = file.read_bytes() if file.exists() else b""
        write_file(folder / SUMS_FILE, sums)
        write_file(file, lines + fresh.line())
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error
    return fresh


def _seal_store(path: Path, bare: Seal) -> Seal:
    with closing(open_for_writing(path, create=False)) as connection:
        fresh = replace(bare, state=head_of(connection).mac.hex())
        _add_seals(connection, [fresh])
    return fresh


def _store_seals(path: Path) -> list[Seal]:
    with closing(open_for_reading(path)) as connection:
        return [Seal(*row) for row in connection.execute('SELECT at, "by", reason, note, state FROM seals ORDER BY id')]


def _add_seals(connection: sqlite3.Connection, seals: list[Seal]) -> None:
    rows = [(each.at, each.by, each.reason, each.note, each.state) for each in seals]
    connection.executemany('INSERT INTO seals (at, "by", reason, note, state) VALUES (?, ?, ?, ?, ?)', rows)

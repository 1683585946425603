"""The verdicts on a cassette at a path, in either form, and the seals that are on it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cassette.file_integrity import SUMS_FILE, judge_files, sums_of, unsummed
from gateway.cassette.integrity import Bound, Evidence, Integrity, Said, judge
from gateway.cassette.seals import SEALS_FILE, Seal, seals_of
from gateway.cassette.text_blobs import FOLDER as BLOBS
from gateway.errors import CassetteError
from gateway.stores.chaining import head_of
from gateway.stores.folder_recording import WORKING, is_settled
from gateway.stores.ledger import Ledger
from gateway.stores.opening import open_for_reading
from gateway.stores.rows import EXCHANGE_COLUMNS, Row, as_it_was, canonical
from gateway.stores.schema import cassette_id

Watch = Callable[[Iterable[Bound], int], Iterable[Bound]]


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found. `is_text` because edits of the text form are normal, and of a store are not."""

    integrity: Integrity
    seals: list[Seal] = field(default_factory=list)
    is_text: bool = False


def unwatched(rows: Iterable[Bound], _: int) -> Iterable[Bound]:
    """Let rows pass, however many they are."""
    return rows


def examine(path: Path, ledger: Ledger, watch: Watch = unwatched) -> Examined:
    """Return the verdicts on a cassette. Through `watch` pass the rows of a store, with about how many there are.

    Errors: CassetteError for what cannot be read at all.
    """
    if path.is_dir() and is_settled(path):
        return _examined_folder(path)
    file = path / WORKING if path.is_dir() else path
    with closing(open_for_reading(file)) as connection:
        connection.text_factory = _lenient
        try:
            return _examined_store(connection, ledger, watch)
        except sqlite3.DatabaseError as error:
            raise CassetteError(f"{file}: is damaged: {error}; expected a cassette") from error


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the files that make up a text cassette, by their names in the folder.

    Errors: CassetteError for a file that cannot be read.
    """
    try:
        names = (file.relative_to(folder) for file in sorted(folder.rglob("*")))
        return {str(name): _hash(folder / name) for name in names if _counts(name)}
    except OSError as error:
        raise CassetteError(f"{folder}: cannot be read: {error.strerror}; expected a text cassette") from error


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _counts(name: Path) -> bool:
    """True for what a text cassette is made of; a note of its owner beside it is none of it."""
    return (len(name.parts) == 1 and name.suffix == ".json") or (name.parts[0] == BLOBS and len(name.parts) == 2)


def _examined_folder(folder: Path) -> Examined:
    sums, seals = folder / SUMS_FILE, folder / SEALS_FILE
    hashes = hashes_of(folder)
    integrity = judge_files(hashes, sums_of(_text(sums))) if sums.exists() else unsummed()
    return Examined(integrity, seals_of(_text(seals).encode()) if seals.exists() else [], is_text=True)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise CassetteError(f"{file}: cannot be read as text") from error


def _examined_store(connection: sqlite3.Connection, ledger: Ledger, watch: Watch) -> Examined:
    """Judge a store as it is now. What was told outside is read first: it may not be newer than the rows."""
    cassette = cassette_id(connection)
    said = tuple(Said(each.count, bytes.fromhex(each.head), each.at) for each in ledger.told(cassette))
    connection.execute("BEGIN")  # from here on nothing changes that is read, though others record
    (open_writes,) = connection.execute("SELECT count(*) FROM intents").fetchone()
    evidence = Evidence(
        ledger.key,
        bytes.fromhex(cassette),
        head_of(connection),
        said,
        open_writes,
        lambda macs: _owners(connection, macs),
    )
    seals = [Seal(*row) for row in connection.execute('SELECT at, "by", reason, note, state FROM seals ORDER BY id')]
    return Examined(judge(watch(bound_rows(connection), evidence.head.count), evidence), seals)


def bound_rows(connection: sqlite3.Connection) -> Iterator[Bound]:
    """Yield the rows of a store as they stand, also those that hold nonsense."""
    columns = ",".join(EXCHANGE_COLUMNS)
    sql = f"SELECT seq, key, prev, mac, {columns} FROM exchanges ORDER BY seq"  # noqa: S608 - names of our own
    for seq, key, prev, mac, *values in connection.execute(sql):
        yield Bound(seq, _as_text(key), _as_bytes(prev), _as_bytes(mac), _content(tuple(values)))


def _content(row: Row) -> bytes:
    """Return what stands for a row, nothing for one that no version wrote: nothing has such a hash."""
    try:
        return canonical(as_it_was(row))
    except (ValueError, TypeError, AttributeError):
        return b""


def _owners(connection: sqlite3.Connection, macs: frozenset[bytes]) -> Mapping[bytes, int]:
    if not macs:
        return {}
    return {mac: seq for seq, mac in connection.execute("SELECT seq, mac FROM exchanges") if mac in macs}


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b"?"


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else "?"


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")

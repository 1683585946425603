"""The files of a trail as a spool: what comes behind a record, chain by chain, read on from where reading ended.

What is handed out outlives a power failure: files are made to last first, so that nobody elsewhere can know more of a
chain than the disk it came from.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores.audit_files import chains_in, files_of, first_seq

BATCH_RECORDS = 1000
BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the trail, and what it says."""

    seq: int
    prev: str
    hash: str
    at_ms: int
    text: str
    says: JsonObject


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record begins: the file, the offset in it, and the record's number."""

    path: Path
    offset: int
    seq: int


class Spool:
    """Reads the chains of one gateway in a folder. Others may append meanwhile, or drop old files."""

    def __init__(self, folder: Path, gateway: str) -> None:
        self._folder = folder
        self._gateway = gateway
        self._places: dict[str, _Place] = {}

    def chains(self) -> tuple[str, ...]:
        return tuple(name for name in chains_in(self._folder) if name.startswith(f"{self._gateway}-"))

    def behind(self, chain: str, seq: int) -> list[Record]:
        """Return the records behind one, as many as make a batch.

        Errors: StoreError for a damaged line, and for files that cannot be read.
        """
        try:
            return self._behind(chain, seq)
        except OSError as error:
            raise StoreError(f"{self._folder}: chain {chain} cannot be read ({error.strerror})") from error

    def _behind(self, chain: str, seq: int) -> list[Record]:
        records: list[Record] = []
        size = 0
        for place, record in self._from(chain, seq):
            self._places[chain] = place
            records.append(record)
            size += len(record.text)
            if len(records) >= BATCH_RECORDS or size >= BATCH_BYTES:
                break
        return records

    def _from(self, chain: str, seq: int) -> Iterator[tuple[_Place, Record]]:
        """Yield the records behind one, each with the place behind it."""
        files = files_of(self._folder, chain)
        known = self._places.get(chain)
        if known is None or known.seq != seq + 1 or known.path not in files:
            known = _beginning(files, seq + 1)
        for path in files:
            if known is not None and path >= known.path:
                offset = known.offset if path == known.path else 0
                yield from ((place, each) for place, each in _read(path, offset) if each.seq > seq)


def _beginning(files: list[Path], seq: int) -> _Place | None:
    """Return the beginning of the file that holds a record, of the first one where that is gone."""
    holding = [path for path in files if first_seq(path) <= seq] or files
    if not holding:
        return None
    path = holding[-1] if first_seq(holding[-1]) <= seq else holding[0]
    return _Place(path, 0, first_seq(path))


def _read(path: Path, offset: int) -> Iterator[tuple[_Place, Record]]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= offset:
            return
        os.fdatasync(file.fileno())
        file.seek(offset)
        for line in file:
            offset += len(line)
            if offset > size or not line.endswith(b"\n"):
                return
            record = _record(path, line[:-1])
            yield _Place(path, offset, record.seq + 1), record


def _record(path: Path, line: bytes) -> Record:
    try:
        says = orjson.loads(line)
        return Record(int(says["seq"]), says["prev"], says["hash"], int(says["ts_ms"]), line.decode(), says)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: a record is damaged ({error}); see evs-gateway audit verify") from error

"""The chains of a gateway in a folder: which one a process writes, and what the process before left open in it.

A process writes the first chain that nobody writes. Before it does, every such chain is looked at: of a write whose
note has no end nobody knows what became of it, and that is said. Where to begin looking, the last anchor tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import orjson

from gateway.audit.verification import Line
from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores.audit_files import AuditFiles, BusyError, chains_in, files_of, first_seq, lines_of

# Spelled as canonical JSON spells them; in a string their quotes would be escaped.
_ANCHOR = b'"stage":"anchor"'
_RECEIVED = b'"stage":"received"'
_ENDED = b'"received_seq":'

End = Callable[[JsonObject], JsonObject]
"""Makes the end of a write from its note."""


def open_chain(folder: Path, gateway: str, rotate_bytes: int, end: End) -> AuditFiles:
    """Return the chain that this process writes, what was left open in all idle ones being closed.

    Errors: StoreError for a folder that cannot be written, StoreFullError for a full disk.
    """
    for chain in chains_in(folder):
        if chain.startswith(f"{gateway}-"):
            _close_left_open(folder, chain, rotate_bytes, end)
    return next(filter(None, (_opened(folder, f"{gateway}-{number}", rotate_bytes) for number in count())))


def left_open(folder: Path, chain: str) -> Iterator[JsonObject]:
    """Yield the notes of writes in a chain that have no end."""
    notes: dict[int, JsonObject] = {}
    for line in _lines_since(files_of(folder, chain), _open_since(files_of(folder, chain))):
        if _RECEIVED in line.text:
            record = orjson.loads(line.text)
            notes[record["seq"]] = record
        elif _ENDED in line.text:
            notes.pop(orjson.loads(line.text)["received_seq"], None)
    yield from notes.values()


def _opened(folder: Path, chain: str, rotate_bytes: int) -> AuditFiles | None:
    try:
        return AuditFiles(folder, chain, rotate_bytes)
    except BusyError:
        return None


def _close_left_open(folder: Path, chain: str, rotate_bytes: int, end: End) -> None:
    files = _opened(folder, chain, rotate_bytes)
    if files is None:
        return
    try:
        for note in left_open(folder, chain):
            files.append(end(note))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder}: chain {chain} is damaged: {error}; see evs-gateway audit verify") from error
    finally:
        files.close()


def _open_since(files: list[Path]) -> int:
    """Return the first record that may be a note without an end."""
    for path in reversed(files):
        text = path.read_bytes()
        at = text.rfind(_ANCHOR)
        if at >= 0:
            record = orjson.loads(text[text.rfind(b"\n", 0, at) + 1 : text.find(b"\n", at)])
            return int(record.get("open_since") or record["seq"])
    return 1


def _lines_since(files: list[Path], seq: int) -> Iterator[Line]:
    """Yield the lines of the file that holds a record, and of those behind it."""
    firsts = [first_seq(path) for path in files]
    begin = max((number for number, first in enumerate(firsts) if first <= seq), default=0)
    return lines_of(files[begin:])

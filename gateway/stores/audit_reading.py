"""A trail as it lies in its folder: what a reader finds of it, from the files alone, while others write.

`CHAIN.dropped` lists the files of a chain that retention took away, one JSON object a line, signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from gateway.audit.anchors import Anchor, anchor_of
from gateway.audit.chain import Head
from gateway.audit.retention import Dropped, dropped_of, start_of
from gateway.audit.verification import Line, Verdict, verify
from gateway.contract.model import JsonObject
from gateway.errors import RunError, StoreError
from gateway.stores.audit_files import chains_in, files_of, first_seq, lines_of

DROPPED = ".dropped"
_AT_ONCE = 1024 * 1024

Watch = Callable[[Iterable[Line]], Iterable[Line]]
"""Passes lines on while somebody looks."""


def folder_with_trail(folder: Path) -> Path:
    """Return a folder that holds a trail. Errors: RunError for any other."""
    if not chains_in(folder):
        raise RunError(f"{folder}: holds no audit trail; expected files CHAIN.SEQ.jsonl")
    return folder


def dropped_in(folder: Path, chain: str) -> list[Dropped]:
    """Return what stands for the files of a chain that are gone. Errors: StoreError for a list that is damaged."""
    path = folder / f"{chain}{DROPPED}"
    if not path.exists():
        return []
    try:
        return [dropped_of(orjson.loads(line)) for line in path.read_bytes().splitlines()]
    except (ValueError, AttributeError) as error:
        raise StoreError(f"{path}: {error}") from error


def standing(folder: Path, chain: str, start: Head) -> list[Path]:
    """Return the files of a chain that begin behind a head; those before it are on their way out."""
    return [path for path in files_of(folder, chain) if first_seq(path) > start.seq]


def judged(folder: Path, chain: str, outside: Iterable[Anchor], public: bytes | None, watch: Watch = iter) -> Verdict:
    """Return whether a chain is whole, as far as it was not dropped; again, when files went in the meantime.

    Errors: StoreError for a damaged list.
    """
    dropped, kept = dropped_in(folder, chain), tuple(outside)
    verdict = None
    with suppress(FileNotFoundError):
        verdict = _judged(folder, chain, dropped, kept, public, watch)
    if verdict is None or dropped_in(folder, chain) != dropped:
        return judged(folder, chain, kept, public, watch)
    return verdict


def _judged(
    folder: Path, chain: str, dropped: list[Dropped], outside: Iterable[Anchor], public: bytes | None, watch: Watch
) -> Verdict:
    start, faults = start_of(chain, dropped, public)
    verdict = verify(chain, watch(lines_of(standing(folder, chain, start))), outside, public, start)
    return Verdict(chain, verdict.records, verdict.head, verdict.anchored, (*faults, *verdict.faults))


def anchors_told(path: Path) -> list[Anchor]:
    """Return the anchors in a file that somebody kept: lines of JSON or of a log, with whatever stands around them.

    Errors: RunError for a file that cannot be read or holds none.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror})") from error
    found = [anchor for line in text.splitlines() for anchor in _anchors_of(line)]
    if not found:
        raise RunError(f"{path}: holds no anchor; expected lines with chain, seq, hash, at_ms, key and signature")
    return found


def record_at(path: Path, offset: int, length: int) -> JsonObject:
    """Return the record that stands at a place of a file. Errors: StoreError when there is none any more."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            found: JsonObject = orjson.loads(file.read(length))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: has no record at byte {offset} ({error}); see evs-gateway audit verify") from error
    return found


def records_of(files: Iterable[Path]) -> Iterator[JsonObject]:
    """Yield the records of files in order; lines that are none, and files that went, are passed over."""
    for path in files:
        with suppress(FileNotFoundError):
            yield from (record for line in lines_of([path]) if (record := parsed(line.text)) is not None)


def last_records(folder: Path, chain: str) -> Iterator[JsonObject]:
    """Yield the records of a chain, the last one first, reading no more than is asked for."""
    for path in reversed(files_of(folder, chain)):
        yield from (record for line in _backwards(path) if (record := parsed(line)) is not None)


def parsed(text: bytes) -> JsonObject | None:
    """Return the record of a line, None when it holds none."""
    try:
        value = orjson.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield the whole lines of a file from its end."""
    with path.open("rb") as file:
        at, rest = file.seek(0, 2), b""
        while at > 0:
            step = min(_AT_ONCE, at)
            at -= step
            file.seek(at)
            lines = (file.read(step) + rest).split(b"\n")
            rest = lines[0]
            yield from (line for line in reversed(lines[1:]) if line)
    if rest:
        yield rest


def _anchors_of(line: bytes) -> Iterator[Anchor]:
    """Yield the anchor that a line holds, by itself or as member `anchor` of what a log says."""
    begin, end = line.find(b"{"), line.rfind(b"}")
    said = parsed(line[begin : end + 1]) if begin >= 0 else None
    for value in (said, *_inside(said)):
        try:
            if isinstance(value, dict):
                yield anchor_of(value)
        except ValueError:
            continue


def _inside(said: JsonObject | None) -> Iterator[object]:
    for value in (said or {}).values():
        if isinstance(value, dict):
            yield value
            yield value.get("anchor")

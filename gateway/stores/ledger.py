"""What a data folder gives to a cassette: the key of its chain, and a place outside of it where its head is told.

The file `anchors.jsonl` gets a line when a recording ends, and on the way every thousand rows or every minute; the same
words go to the log. A chain that has lost its end is found by them, as long as whoever cut it does not hold them too:
keep the log, or a copy of the file, elsewhere.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.cassette.chain import PLAIN, ChainKey, Head
from gateway.errors import StoreError
from gateway.stores.keys import KEY_FILE, installation_key

log = logging.getLogger(__name__)

ANCHORS_FILE = "anchors.jsonl"
EVERY_ROWS = 1000
EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was said about a cassette at some time: that its row number `count` had this hash."""

    cassette: str
    count: int
    head: str
    at: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The key for the rows of a cassette and the file of its anchors; plain hashes and no anchors by default."""

    key: ChainKey = PLAIN
    anchors: Path | None = None

    @classmethod
    def of(cls, data: Path, installation: bytes) -> Ledger:
        """Return the ledger of a data folder whose key is at hand."""
        return cls(ChainKey.of(installation), data / ANCHORS_FILE)

    @classmethod
    def found(cls, data: Path) -> Ledger:
        """Return the ledger of a data folder where there is one, plain hashes elsewhere; makes nothing.

        Errors: StoreError for a key that cannot be used.
        """
        return cls.of(data, installation_key(data)) if (data / KEY_FILE).exists() else PLAIN_LEDGER

    def told(self, cassette: str) -> list[Anchor]:
        """Return the anchors of a cassette that are in the file and whole, oldest first.

        Errors: StoreError when the file cannot be read.
        """
        if self.anchors is None or not self.anchors.exists():
            return []
        try:
            lines = self.anchors.read_bytes().splitlines()
        except OSError as error:
            raise StoreError(f"{self.anchors}: cannot be read: {error.strerror}") from error
        return [anchor for anchor in map(self._anchor, lines) if anchor is not None and anchor.cassette == cassette]

    def tell(self, path: Path, cassette: str, head: Head, at: float) -> None:
        """Say what the head of a cassette is, in the log and in the file. Trouble with the file stops no recording."""
        says = {
            "cassette": cassette,
            "path": str(path.absolute()),
            "count": head.count,
            "head": head.mac.hex(),
            "at": datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
            "key": self.key.name,
        }
        log.info("%s: holds %d exchanges, cassette %s, head %s", path, head.count, cassette, head.mac.hex())
        if self.anchors is not None:
            self._append(self.anchors, {**says, "mac": self._mac(says)})

    def _append(self, file: Path, anchor: dict[str, Any]) -> None:
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, json.dumps(anchor).encode() + b"\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            log.warning("%s: did not take an anchor: %s", file, error.strerror)

    def _mac(self, says: dict[str, Any]) -> str:
        return self.key.mac(b"anchor", json.dumps(says, sort_keys=True).encode()).hex()

    def _anchor(self, line: bytes) -> Anchor | None:
        try:
            says = json.loads(line)
            mac = says.pop("mac")
            anchor = Anchor(says["cassette"], int(says["count"]), says["head"], says["at"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return anchor if mac == self._mac(says) else None


PLAIN_LEDGER = Ledger()


class Anchoring:
    """Tells the head of one cassette now and then while it grows, and at the end. Used by one thread at a time."""

    def __init__(self, ledger: Ledger, path: Path, cassette: str, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._path = path
        self._cassette = cassette
        self._clock = clock
        self._head: Head | None = None
        self._told_at = clock()
        self._told = 0

    def grown(self, head: Head) -> None:
        """Take note of a new head, and tell it when enough rows or time have gone by."""
        first = self._head is None
        self._head = head
        if first:
            self._told = head.count
        if head.count - self._told >= EVERY_ROWS or self._clock() - self._told_at >= EVERY_S:
            self._tell(head)

    def finish(self) -> None:
        """Tell the last head, where there is one that was not told."""
        if self._head is not None:
            self._tell(self._head)
            self._head = None

    def _tell(self, head: Head) -> None:
        self._ledger.tell(self._path, self._cassette, head, self._clock())
        self._told, self._told_at = head.count, self._clock()

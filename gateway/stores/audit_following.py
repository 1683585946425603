"""Following a trail: what was written since the last look, into files that are there and files that come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.contract.model import JsonObject
from gateway.stores.audit_files import chains_in, files_of, last_line
from gateway.stores.audit_reading import parsed


class Follower:
    """Knows how far each file was read; begins at the end of what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = {path: last_line(path).end for path in self._files()}

    def news(self) -> Iterator[JsonObject]:
        """Yield the records that came, each once. A file that is gone is not missed."""
        files = self._files()
        self._read = {path: self._read.get(path, 0) for path in files}
        for path in files:
            yield from self._news_of(path)

    def _files(self) -> list[Path]:
        return [path for chain in chains_in(self._folder) for path in files_of(self._folder, chain)]

    def _news_of(self, path: Path) -> Iterator[JsonObject]:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._read[path])
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._read[path] += len(line)
                record = parsed(line)
                if record is not None:
                    yield record

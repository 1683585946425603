"""Following a trail: what was written since the last look, into files that are there and files that come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.contract.model import JsonObject
from gateway.stores.audit_files import chain_of, chains_in, files_of, last_line
from gateway.stores.audit_reading import last_records, parsed


class Follower:
    """Knows how far each file was read; begins at the end of what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = {path: last_line(path).end for path in self._files()}

    def news(self) -> Iterator[JsonObject]:
        """Yield the records that came, each once. A file that is gone is not missed."""
        lines = (line for _, part in self.parts() for line in part.split(b"\n"))
        return (record for line in lines if (record := parsed(line)) is not None)

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield what came, each byte once: whole lines, with the chain that they are of."""
        files = self._files()
        self._read = {path: self._read.get(path, 0) for path in files}
        for path in files:
            part = self._news_of(path)
            if part:
                yield chain_of(path), part

    def _files(self) -> list[Path]:
        return [path for chain in chains_in(self._folder) for path in files_of(self._folder, chain)]

    def _news_of(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                file.seek(self._read[path])
                came = file.read()
        except FileNotFoundError:
            return b""
        whole = came[: came.rfind(b"\n") + 1]
        self._read[path] += len(whole)
        return whole


def heads_in(folder: Path) -> dict[str, int]:
    """Return the number of the last record of each chain."""
    found = {chain: next(last_records(folder, chain), {}).get("seq") for chain in chains_in(folder)}
    return {chain: seq for chain, seq in found.items() if isinstance(seq, int)}

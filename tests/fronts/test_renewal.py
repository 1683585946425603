"""Files of credentials are watched, also when they are replaced; others beside them are not."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from gateway.fronts.renewal import Renewal


def test_a_file_that_changes_or_is_replaced_is_read_again(tmp_path: Path) -> None:
    file, other = tmp_path / "keys.toml", tmp_path / "other.toml"
    file.write_text("one")

    async def work() -> list[str]:
        read: list[str] = []
        renewed = asyncio.Event()

        def renew() -> None:
            read.append(file.read_text())
            renewed.set()

        renewal = Renewal([file], renew)
        while not renewed.is_set():  # until the watcher watches
            file.write_text("two")
            await asyncio.sleep(0.02)
        renewed.clear()
        other.write_text("not ours")
        other.write_text("three")
        os.replace(other, file)
        while read[-1] != "three":
            await asyncio.wait_for(renewed.wait(), 10)
            renewed.clear()
        await renewal.close()
        return read

    read = asyncio.run(work())
    assert (set(read), read[-1]) == ({"two", "three"}, "three")

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.fronts.reloading import Reloading


async def hung_up(folder: Path) -> int:
    """Return how often a signal made a gateway reload."""
    reloaded = asyncio.Event()
    calls: list[int] = []

    def reload() -> None:
        calls.append(1)
        reloaded.set()

    reloading = Reloading(folder, reload)
    os.kill(os.getpid(), signal.SIGHUP)
    await reloaded.wait()
    await reloading.close()
    return len(calls)


async def begun_and_ended(folder: Path) -> None:
    await Reloading(folder, lambda: None).close()


def test_a_signal_reloads(tmp_path: Path) -> None:
    assert asyncio.run(hung_up(tmp_path)) == 1


def test_a_gateway_in_another_thread_needs_no_signals(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, begun_and_ended(tmp_path)).result()

"""What is held open is refreshed until the end, also after one time went wrong."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.fronts.refreshing import Refreshing


def test_it_is_refreshed_until_it_is_closed() -> None:
    told: list[Any] = []

    async def work() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        done = asyncio.Event()

        def refresh() -> None:
            told.append("refreshed")
            if len(told) == 1:
                raise OSError("busy")
            refreshing.close()
            done.set()

        refreshing = Refreshing(refresh, every_s=0)
        await asyncio.wait_for(done.wait(), 10)
        await asyncio.sleep(0)

    asyncio.run(work())
    assert told == ["refreshed", "busy", "refreshed"]

"""The gateway inside another program: in a thread with a loop of its own, while a `with` block lasts.

The same sessions, listeners and pipeline as `serve`, without its signals and its admin side.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from gateway.fronts.eviction import Evictions
from gateway.fronts.gateway import Clock, bound, builder
from gateway.fronts.serving import Build, Running, serve, url_of
from gateway.fronts.testing.credentials import MADE_UP, credentials_in
from gateway.fronts.testing.handle import EvsGateway, Report
from gateway.session import settled
from gateway.settings import CassetteSettings, ListenSettings, Settings, load

MISSED = (b"cache-status", b"evs-gateway; fwd=miss")

Send = Callable[[Any], Awaitable[None]]


@contextmanager
def evs_gateway(
    cassette: Path | str | None = None,
    mode: str = "replay",
    *,
    upstream: str | None = None,
    iam_upstream: str | None = None,
    data: Path | None = None,
    clock: Clock = time.time,
    faults: Sequence[Mapping[str, Any]] | Path | str | None = None,
) -> Iterator[EvsGateway]:
    """Run a gateway on a free port of loopback: `with evs_gateway("life.cassette") as gateway: gateway.cinder()`.

    What is not given comes from the environment, the settings file and the defaults, as for `serve`; but where it
    listens, and modes of single operations, are not taken from there. `data` is used where the settings name none.
    `clock` gives the seconds since the epoch that requests come in at; `faults` are faults on purpose, each as a table
    of `[[faults]]`, or a file of them.
    Errors: GatewayError for what `serve` would not start with, or what could not be written at the end.
    """
    given = {
        "cassette.path": cassette,
        "cassette.mode": mode,
        "upstream.url": upstream,
        "upstream.iam_url": iam_upstream,
        "faults": faults,
    }
    origins = load(("evs_gateway()", name, value) for name, value in given.items())
    settings = origins.settings
    changed: dict[str, Any] = {
        "listen": ListenSettings(public="127.0.0.1:0"),
        "cassette": CassetteSettings(path=settings.cassette.path, mode=settings.cassette.mode),
    }
    if data is not None and "data" not in origins.places:
        changed["data"] = data
    with running(settings.model_copy(update=changed), clock) as gateway:
        yield gateway


@contextmanager
def running(settings: Settings, clock: Clock = time.time) -> Iterator[EvsGateway]:
    """Run the gateway of these settings while the block lasts; requests in flight are answered before it ends.

    Errors: as `evs_gateway`.
    """
    settings = settled(settings)
    misses: list[Report] = []
    credentials = credentials_in(os.environ) if settings.mode.forwards else MADE_UP
    with bound(settings.listen.public) as listener:
        build = _witnessed(builder(settings, listener, None, Evictions(), clock), misses)
        with _served(build):
            mode, path = settings.mode.name, settings.cassette.path
            gateway = EvsGateway(url_of(listener), mode, path, credentials, misses)
            try:
                yield gateway
            finally:
                gateway.close_clients()


@contextmanager
def _served(build: Build) -> Iterator[None]:
    """Serve in a thread until the block ends. What breaks there is raised here."""
    ready: Future[None] = Future()
    stops: list[Callable[[], object]] = []

    @contextmanager
    def stopping(stop: Callable[[], None]) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        stops.append(partial(loop.call_soon_threadsafe, stop))
        yield

    with ThreadPoolExecutor(1, "evs-gateway") as threads:
        ended = threads.submit(serve, build, lambda: ready.set_result(None), stopping)
        wait((ready, ended), return_when=FIRST_COMPLETED)
        if not ready.done():
            ended.result()
        try:
            yield
        finally:
            stops[0]()
            ended.result()


def _witnessed(build: Build, misses: list[Report]) -> Build:
    """Return what builds the same with a witness of misses before each application."""

    async def watched() -> Running:
        running = await build()
        served = tuple(replace(each, app=_Witness(each.app, misses)) for each in running.served)
        return replace(running, served=served)

    return watched


class _Witness:
    """An application that lets another answer, and takes down the reports of its misses."""

    def __init__(self, app: Any, misses: list[Report]) -> None:
        self._app = app
        self._misses = misses

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        is_miss = False

        async def witness(message: Any) -> None:
            nonlocal is_miss
            if message["type"] == "http.response.start":
                is_miss = MISSED in message["headers"]
            elif is_miss and message.get("body"):
                self._misses.append(_report(message["body"]))
            await send(message)

        await self._app(scope, receive, witness)


def _report(body: bytes) -> Report:
    """Return the report inside a miss's answer, whatever the envelope of its family."""
    (content,) = json.loads(body).values()
    report: Report = content["miss"]
    return report

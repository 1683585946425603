"""The gateway inside another program: in a thread with a loop of its own, while a `with` block lasts.

The same sessions, listeners and pipeline as `serve`, without its signals and its admin side.
"""

from __future__ import annotations

import asyncio
import os
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from gateway.contract.model import JsonObject
from gateway.errors import RunError
from gateway.fronts.aging import check_age
from gateway.fronts.eviction import Evictions
from gateway.fronts.gateway import Clock, builder
from gateway.fronts.listeners import ANY_PORT, Listeners, bound
from gateway.fronts.scopes import Refused, Scopes
from gateway.fronts.serving import Build, serve, url_of
from gateway.fronts.testing.credentials import MADE_UP, credentials_in
from gateway.fronts.testing.handle import EvsGateway, Report
from gateway.session import settled
from gateway.settings import ListenSettings, ScopeSettings, Settings, load


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
    progress: str | None = None,
    speed: float | None = None,
    times: str | None = None,
) -> Iterator[EvsGateway]:
    """Run a gateway on a free port of loopback: `with evs_gateway("life.cassette") as gateway: gateway.cinder()`.

    What is not given comes from the environment, the settings file and the defaults, as for `serve`; but where it
    listens, and modes of single operations, are not taken from there. `data` is used where the settings name none.
    `clock` gives the seconds since the epoch that requests come in at; `faults` are faults on purpose, each as a table
    of `[[faults]]`, or a file of them; `progress`, `speed` and `times` are those of `[replay]`.
    Errors: GatewayError for what `serve` would not start with, or what could not be written at the end.
    """
    given = {
        "cassette.path": cassette,
        "cassette.mode": mode,
        "upstream.url": upstream,
        "upstream.iam_url": iam_upstream,
        "faults": faults,
        "replay.progress": progress,
        "replay.speed": speed,
        "replay.times": times,
    }
    origins = load(("evs_gateway()", name, value) for name, value in given.items())
    settings = origins.settings
    changed: dict[str, Any] = {
        "listen": ListenSettings(public="127.0.0.1:0"),
        "scopes": ScopeSettings(by=settings.scopes.by),
        "cassette": settings.cassette.model_copy(update={"modes": {}}),
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
    check_age(settings, clock(), warnings.warn)
    credentials = credentials_in(os.environ) if settings.mode.forwards else MADE_UP
    remote = _Remote()
    with (
        bound(settings.listen.public) as public,
        _served(builder(settings, Listeners(public), Evictions(), clock, begun=remote.begun)),
    ):
        mode, path = settings.mode.name, settings.cassette.path
        gateway = EvsGateway(url_of(public), mode, path, credentials, control=remote)
        try:
            yield gateway
        finally:
            gateway.end()


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


class _Remote:
    """The scopes of a gateway, asked from another thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scopes: Scopes | None = None

    def begun(self, scopes: Scopes) -> None:
        """Remember the scopes of the process that begins, and the loop they live in."""
        self._loop, self._scopes = asyncio.get_running_loop(), scopes

    def report(self, name: str) -> Report:
        return self._done(lambda scopes: _at_once(scopes.report(name)))

    def reset(self, name: str) -> Report:
        return self._done(lambda scopes: _at_once(scopes.reset(name)))

    def rewind(self, name: str) -> Report:
        return self._done(lambda scopes: _at_once(scopes.rewind(name)))

    def open(self, name: str | None) -> Report:
        return self._done(lambda scopes: scopes.open(name, ANY_PORT))

    def close(self, name: str) -> Report:
        return self._done(lambda scopes: scopes.close(name))

    def _done(self, work: Callable[[Scopes], Coroutine[None, None, JsonObject | Refused]]) -> Report:
        """Errors: RunError with the words of what was refused."""
        assert self._loop is not None, "a gateway that serves has begun"
        assert self._scopes is not None, "and so have its scopes"
        said = asyncio.run_coroutine_threadsafe(work(self._scopes), self._loop).result()
        if isinstance(said, Refused):
            raise RunError(said.message)
        return said


async def _at_once(said: JsonObject | Refused) -> JsonObject | Refused:
    return said

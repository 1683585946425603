"""Gateways of the scenarios: in this process, on real sockets, on a test's clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from gateway.cassette.exchange import Exchange
from gateway.fronts.embedded import running
from gateway.fronts.testing.handle import EvsGateway
from gateway.settings import Settings
from gateway.stores.cassettes import open_cassette

from .client import Client, client
from .clock import Clock
from .origin import Answerer, origin, simulated

Life = Callable[[Client], Any]


def gateway(
    mode: str, cassette: Path, upstream: str | None = None, clock: Clock | None = None, **sections: Any
) -> AbstractContextManager[EvsGateway]:
    """Return a gateway for a `with` block; its data lies beside the cassette. `sections` are further settings, those
    in `upstream_settings` and `cassette_settings` of the sections that are given already."""
    cassettes = {"path": cassette, "mode": mode, **sections.pop("cassette_settings", {})}
    settings = Settings(
        data=cassette.parent / "data",
        listen={"public": "127.0.0.1:0"},
        upstream={"url": upstream, "iam_url": upstream, **sections.pop("upstream_settings", {})},
        cassette=cassettes,
        **sections,
    )
    return running(settings, clock or Clock())


def recorded(cassette: Path, life: Life, cloud: Answerer | None = None, clock: Clock | None = None) -> Any:
    """Record a life into a cassette, from the simulated cloud or another, and return what the life returned."""
    clock = clock or Clock()
    with (
        origin(cloud or simulated(clock)) as source,
        gateway("record", cassette, source.url, clock) as recorder,
        client(recorder.endpoint, clock) as one,
    ):
        return life(one)


def replayed(cassette: Path, life: Life, clock: Clock | None = None, **more: Any) -> Any:
    """Replay a cassette to a life on a gateway of its own, and return what the life returned."""
    clock = clock or Clock()
    with gateway("replay", cassette, clock=clock) as player, client(player.endpoint, clock, **more) as one:
        return life(one)


def exchanges(cassette: Path) -> list[Exchange]:
    """Return what a cassette holds."""
    opened = open_cassette(cassette)
    try:
        return list(opened.read())
    finally:
        opened.close()

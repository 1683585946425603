"""A gateway as an operator starts it, over what the story left, and the page on its admin listener."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.browser.story import Told
from tests.clients.harness import started
from tests.scenarios.client import PROJECT


@dataclass(frozen=True, slots=True)
class Inspected:
    """A gateway that serves: its page, its public address, and the story behind both."""

    page: str
    public: str
    told: Told
    log: Path

    def ask(self, person: str, method: str, path: str, body: object = None) -> httpx.Response:
        """Send one request to the public listener."""
        with httpx.Client(base_url=self.public, trust_env=False, timeout=30) as http:
            target = path.replace("{p}", PROJECT)
            return http.request(method, target, headers=self.told.headers(person), json=body)


@contextlib.contextmanager
def inspected(told: Told, settings: Path | None = None) -> Iterator[Inspected]:
    """Serve what the story left, in mode replay, by the story's settings or others."""
    kept = ("--mode", "replay", "--cassette", str(told.cassette), "--data", str(told.data))
    listen = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--config", str(settings or told.settings))
    with started(told.settings.parent, "serve", *kept, *listen) as server:
        yield Inspected(server.ready["admin"], server.public, told, server.stderr)

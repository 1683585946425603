"""The inspector of a gateway for tests: its pages in this process, asked as from one address or another."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from gateway.contract.model import JsonObject
from gateway.fronts.inspector.mount import Inspector, inspector
from gateway.session import Session, open_session
from gateway.settings import Settings
from tests.audit.records import AT_MS, trail_of

NOW = AT_MS / 1000 + 3600
LOOPBACK, ELSEWHERE = ("127.0.0.1", 40001), ("10.0.0.9", 40001)
HOME, AWAY = "http://127.0.0.1:8777", "http://gateway.example.com:8777"
TOKEN = "a-token-of-twenty-and-more"
VIEWER = "another-token-of-some-length"


@dataclass
class Looked:
    """An inspector, what it noted, and the time on its clock."""

    page: Inspector
    session: Session
    app: Starlette
    folder: Path
    noted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    now: float = NOW

    def ask(self, *asked: httpx.Request, client: tuple[str, int] = LOOPBACK) -> list[httpx.Response]:
        """Send requests one after another, with the cookies that they are given."""
        return asyncio.run(self._ask(asked, client))

    def get(self, path: str, base: str = HOME, client: tuple[str, int] = LOOPBACK, **headers: str) -> httpx.Response:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(httpx.Request("GET", base + path, headers=said), client=client)[0]

    def post(
        self, path: str, form: dict[str, str], base: str = HOME, client: tuple[str, int] = LOOPBACK, **headers: str
    ) -> httpx.Response:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(httpx.Request("POST", base + path, data=form, headers=said), client=client)[0]

    async def _ask(self, asked: Sequence[httpx.Request], client: tuple[str, int]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(self.app, client=client)
        async with httpx.AsyncClient(transport=transport) as http:
            return [await http.send(each) for each in asked]


@contextlib.contextmanager
def looking(folder: Path, records: Iterable[JsonObject] = (), **sections: Any) -> Iterator[Looked]:
    """Let somebody look at a trail. `sections` are further settings."""
    chosen: dict[str, Any] = {"cassette": {"mode": "simulate"}, **sections}
    settings = Settings(data=folder / "data", **chosen)
    told = list(records)
    if told:
        trail_of(settings.trail_folder, told)
    session = open_session(settings)
    notes: list[tuple[str, dict[str, Any]]] = []
    page = inspector(settings, session, lambda event, **facts: notes.append((event, facts)), lambda: looked.now)
    assert page is not None
    looked = Looked(page, session, Starlette(routes=list(page.routes)), settings.trail_folder, notes)
    try:
        yield looked
    finally:
        page.close()
        session.close()

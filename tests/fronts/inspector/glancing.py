"""Somebody who looks at the pages of a gateway, on its own machine, over what lies in a folder."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
from starlette.applications import Starlette

from gateway.fronts.inspector.mount import inspector
from gateway.fronts.noting import unnoted
from gateway.session import open_session
from gateway.settings import Settings

NOW_S = 1_764_100_000.0
HOME = "http://127.0.0.1:8777"
CASSETTE = "own.sqlite"


class Glancing:
    """Gets pages."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._get(path))

    def page(self, path: str) -> str:
        """Return a page, as it was sent."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def rows(self, path: str, table: str) -> list[list[str]]:
        """Return the cells of a table in a page, by its id, without its head."""
        return cells(self.page(path), table)

    async def _get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as http:
            return await http.get(path)


def cells(page: str, table: str) -> list[list[str]]:
    """Return what the cells of a table say."""
    found = re.search(rf'<table id="{table}".*?</table>', page, re.DOTALL)
    assert found is not None, page
    body = found[0].partition("<tbody>")[2]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [[said(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in rows]


def said(markup: str) -> str:
    """Return the text of markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@contextmanager
def glancing(folder: Path) -> Iterator[Glancing]:
    """Serve the pages of a gateway whose trail, cassettes and data lie in a folder."""
    settings = Settings(
        data=folder / "data",
        upstream={"url": "http://127.0.0.1:9"},
        cassette={"path": folder / CASSETTE},
        audit={"path": folder / "audit"},
    )
    session = open_session(settings)
    inspected = inspector(settings, session, unnoted, lambda: NOW_S)
    assert inspected is not None
    try:
        yield Glancing(Starlette(routes=[*inspected.routes]))
    finally:
        inspected.close()
        session.close()

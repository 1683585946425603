"""What the views of the inspector have in common: what they ask, who is told, and how a page is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute

from gateway import __version__
from gateway.fronts.inspector.hub import Hub
from gateway.fronts.inspector.pages import rendered
from gateway.fronts.inspector.reading import Reading
from gateway.fronts.noting import Note
from gateway.inspector.filters import Filter, filter_of
from gateway.inspector.visitors import Sessions, Visitor
from gateway.session import Session
from gateway.settings import Settings

MOUNT = "/inspector"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tab:
    """A link in the head of every page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Context:
    """What views work with. `clock` gives seconds since the epoch; `note` puts something into the audit trail."""

    settings: Settings
    session: Session
    reading: Reading
    hub: Hub
    sessions: Sessions
    note: Note
    clock: Callable[[], float]
    tabs: Sequence[Tab] = ()

    def filter(self, request: Request) -> Filter:
        """Return what a page is narrowed to. Errors: 400 for an address that says no filter."""
        now_ms = round(self.clock() * 1000)
        return self.read(lambda asked: filter_of(asked.query_params.multi_items(), now_ms), request)

    def read(self, reader: Callable[[Request], Result], request: Request) -> Result:
        """Return what an address says. Errors: 400 where it says no such thing."""
        try:
            return reader(request)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page. Each knows `tabs`, `path`, `visitor` and `version`."""
        common = {"tabs": self.tabs, "path": request.url.path, "visitor": visitor(request), "version": __version__}
        return HTMLResponse(rendered(template, **common, **values), status)


@dataclass(frozen=True, slots=True)
class View:
    """A view: its link in the head of every page, None for one that is reached from others; and its routes, whose paths
    begin behind `/inspector`."""

    tab: Tab | None
    routes: Callable[[Context], Iterable[BaseRoute]]


def visitor(request: Request) -> Visitor | None:
    """Return who looks; None where nobody has to be known yet."""
    found = request.scope.get("evs_gateway.visitor")
    return found if isinstance(found, Visitor) else None

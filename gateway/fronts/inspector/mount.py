"""The inspector as part of the admin side: its views behind their guard, with what they work with."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.errors import GatewayError
from gateway.fronts.inspector.context import MOUNT, Context
from gateway.fronts.inspector.guard import Guard
from gateway.fronts.inspector.holders import holders_of
from gateway.fronts.inspector.hub import Hub
from gateway.fronts.inspector.pages import STATIC
from gateway.fronts.inspector.reading import Reading
from gateway.fronts.inspector.views import VIEWS
from gateway.fronts.noting import Note
from gateway.inspector.visitors import Sessions
from gateway.session import Session
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Inspector:
    """The routes of the inspector, what serves those who follow, and what is closed at the end."""

    routes: tuple[BaseRoute, ...]
    hub: Hub
    reading: Reading

    def close(self) -> None:
        self.reading.close()


def inspector(settings: Settings, session: Session, note: Note, clock: Callable[[], float]) -> Inspector | None:
    """Return the inspector, None where there shall be none. Errors: SettingsError for a token that cannot be used."""
    if not settings.inspector.enabled:
        return None
    sessions = Sessions(holders_of(settings.inspector.tokens), secrets.token_bytes(32))
    reading = Reading(settings.trail_folder)
    hub = Hub(settings.trail_folder, settings.inspector.listeners, reading.run)
    context = Context(settings, session, reading, hub, sessions, note, clock)
    context = replace(context, tabs=tuple(view.tab for view in VIEWS if view.tab is not None))
    return Inspector((*_led(), Mount(MOUNT, Guard(_app(context), MOUNT, sessions, clock))), hub, reading)


def _led() -> Iterable[BaseRoute]:
    """Return what leads to the inspector."""

    async def lead(_: Request) -> Response:
        return RedirectResponse(f"{MOUNT}/", 307)

    return Route("/", lead, methods=["GET"]), Route(MOUNT, lead, methods=["GET"])


def _app(context: Context) -> Starlette:
    routes = [route for view in VIEWS for route in view.routes(context)]
    static = Mount("/static", StaticFiles(directory=Path(STATIC)))
    said = {GatewayError: _said(context, 503), HTTPException: _failed(context)}
    return Starlette(routes=[*routes, static], exception_handlers=said)


def _said(context: Context, status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what says in words that a page cannot be shown."""

    async def said(request: Request, error: Exception) -> Response:
        return context.page(request, "fault.html", status, fault=str(error))

    return said


def _failed(context: Context) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def failed(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = error.detail if isinstance(error, HTTPException) else ""
        return context.page(request, "fault.html", status, fault=said)

    return failed

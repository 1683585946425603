"""The login: a token in a form, a session in a cookie. Tokens stand in no address, no log and no record.

Failed logins are counted and slowed down, and every login goes into the audit trail by the holder's name.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.fronts.inspector.context import MOUNT, Context, View
from gateway.fronts.inspector.guard import COOKIE, is_secure
from gateway.inspector.visitors import SESSION_S, Attempts

_LONGEST_FORM = 16 * 1024


def login_routes(context: Context) -> list[Route]:
    """Return login and logout. Errors: 400, 403, 429."""
    attempts = Attempts()

    def form(request: Request, after: str, status: int, fault: str = "") -> Response:
        token = context.sessions.login_form(context.clock())
        return context.page(request, "login.html", status, form_token=token, after=after, fault=fault)

    async def asked(request: Request) -> Response:
        return form(request, _after(request.query_params.get("next")), 200)

    async def tried(request: Request) -> Response:
        said, now = await _form(request), context.clock()
        after, address = _after(said.get("next")), _address(request)
        wait_s = attempts.wait_s(address, now)
        if wait_s:
            return form(request, after, 429, f"Too many logins failed; try again in {wait_s} s.")
        if not context.sessions.is_login_form(said.get("form", ""), now):
            return form(request, after, 403, "This form is too old; try again.")
        holder = context.sessions.holder_of(said.get("token", ""))
        if holder is None:
            attempts.failed(address, now)
            context.note("inspector:login", principal=None, ip=address, outcome="refused")
            return form(request, after, 403, "Nobody has this token.")
        context.note("inspector:login", principal=holder.name, ip=address, outcome="let in")
        answer = RedirectResponse(after, 303)
        session = context.sessions.begin(holder, now, secrets.token_urlsafe(16))
        answer.set_cookie(
            COOKIE, session, SESSION_S, path=MOUNT, secure=is_secure(request), httponly=True, samesite="strict"
        )
        return answer

    async def left(request: Request) -> Response:
        said = await _form(request)
        session, now = request.cookies.get(COOKIE, ""), context.clock()
        visitor = context.sessions.visitor_of(session, now)
        if visitor is None or not secrets.compare_digest(said.get("form", "").encode(), visitor.form_token.encode()):
            return form(request, _after(None), 403, "This form is not of your session.")
        context.sessions.end(session, now)
        answer = RedirectResponse(f"{MOUNT}/login", 303)
        answer.delete_cookie(COOKIE, path=MOUNT)
        return answer

    return [
        Route("/login", asked, methods=["GET"]),
        Route("/login", tried, methods=["POST"]),
        Route("/logout", left, methods=["POST"]),
    ]


VIEW = View(None, login_routes)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form, none of one that is too long to be ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _after(path: str | None) -> str:
    """Return where a login leads: to a page of the inspector, whatever was asked for."""
    if path is None or not path.startswith(f"{MOUNT}/") or "\\" in path or "//" in path or not path.isprintable():
        return f"{MOUNT}/"
    return path


def _address(request: Request) -> str:
    return request.client.host if request.client else ""

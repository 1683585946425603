"""Which scope a request belongs to: the door's, the one its header names, or by a rule the one of its project or token.

Where a rule decides, an id that a scope has given out leads back to it, and whoever named that id stays there: so the
second credential of a transfer joins the scope of the first (replay trial, rule 3.5). A request without any credential
goes where the last one of its project went. No scope is named by a secret.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from gateway.cassette.aliases import project_in
from gateway.cassette.kinds import ID_MARK
from gateway.http.messages import Request

By = Literal["project", "token", "user"]
Issuer = Callable[[Iterable[str]], str | None]
"""Tells which scope has given out one of some ids."""

# What the scope is called that everything without another belongs to.
DEFAULT = "default"
# Projects and tokens whose scope is known.
REMEMBERED_MEMBERS = 4096

_ID = re.compile(rf"(?<![0-9A-Za-z]){ID_MARK}(?![0-9A-Za-z])".encode())
_ACCESS_KEY = re.compile(rb"\bAccess=([A-Za-z0-9]{1,64})")


def shown(scope: str) -> str:
    """Return the name of a scope for people: the one of those that choose none has one too."""
    return scope or DEFAULT


def named(name: str) -> str:
    """Return the scope that people call so."""
    return "" if name == DEFAULT else name


class Scoping:
    """Chooses scopes. `by` tells requests apart that come without a scope; None leaves them together."""

    def __init__(self, by: By | None, issuer: Issuer) -> None:
        self._member_of = _MEMBERS[by] if by is not None else _nobody
        self._knows_nobody = self._member_of is _nobody
        self._issuer = issuer
        self._joined: dict[str, str] = {}
        self._last_of: dict[str, str] = {}

    def scope_of(self, request: Request, door: str, header: str) -> str:
        """Return the scope of a request: its door's, else its header's, else what the rule says."""
        chosen = door or header
        if not chosen and self._knows_nobody:
            return ""
        return named(chosen or self._ruled(request))

    def _ruled(self, request: Request) -> str:
        member, project = self._member_of(request), project_in(request.path)
        if member is None:
            return self._last_of.get(project or "", "")
        issuer = self._issuer(_ids_in(request))
        if issuer is not None and issuer != self._joined.get(member, member):
            _remember(self._joined, member, issuer)
        scope = self._joined.get(member, member)
        if project is not None:
            _remember(self._last_of, project, scope)
        return scope


def _remember(table: dict[str, str], name: str, scope: str) -> None:
    """The longest known is forgotten first."""
    table[name] = scope
    if len(table) > REMEMBERED_MEMBERS:
        del table[next(iter(table))]


def _ids_in(request: Request) -> Iterable[str]:
    text = request.target + b"\n" + request.body
    return dict.fromkeys(mark.decode() for mark in _ID.findall(text))


def _project(request: Request) -> str | None:
    header = request.header(b"x-project-id")
    return project_in(request.path) or (header.decode("latin-1") if header else None)


def _token(request: Request) -> str | None:
    """Return what stands for a token: never the token itself. A signature says which access key it is of."""
    token = request.header(b"x-auth-token")
    if token:
        return f"token-{hashlib.sha256(token).hexdigest()[:12]}"
    key = _ACCESS_KEY.search(request.header(b"authorization") or b"")
    return f"key-{key[1].decode()}" if key else None


def _nobody(_: Request) -> str | None:
    return None


# A user is known to the forward door only, which names the scope itself.
_MEMBERS: Mapping[By, Callable[[Request], str | None]] = MappingProxyType(
    {"project": _project, "token": _token, "user": _nobody}
)

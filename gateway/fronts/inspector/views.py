"""The views of the inspector, in the order of their links."""

from __future__ import annotations

from gateway.fronts.inspector import listing, login, tail
from gateway.fronts.inspector.context import View

VIEWS: tuple[View, ...] = (listing.VIEW, tail.VIEW, login.VIEW)

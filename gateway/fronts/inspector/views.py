"""The views of the inspector, in the order of their links."""

from __future__ import annotations

from gateway.fronts.inspector import charting, drifting, exchange, listing, login, missing, permitting, shelf, tail
from gateway.fronts.inspector.context import View

VIEWS: tuple[View, ...] = (
    listing.VIEW,
    charting.VIEW,
    missing.VIEW,
    drifting.VIEW,
    shelf.VIEW,
    permitting.VIEW,
    exchange.VIEW,
    tail.VIEW,
    login.VIEW,
)

"""The recorded exchange behind a record of the trail, where the cassette at hand holds it."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

from gateway.audit.entries import table_of
from gateway.cassette.exchange import Exchange
from gateway.contract.model import JsonObject
from gateway.errors import CassetteError, StoreError
from gateway.session import cassette_path
from gateway.settings import Settings
from gateway.stores.cassettes import cassette_exists, open_cassette

# So many exchanges are looked through.
FARTHEST = 20_000


def recorded_for(settings: Settings, record: JsonObject) -> Exchange | None:
    """Return the exchange that was kept of a request, None where it was not, or cannot be found any more."""
    path = cassette_path(settings)
    if not table_of(record.get("cassette")).get("kept") or not cassette_exists(path):
        return None
    try:
        with closing(open_cassette(path)) as cassette:
            return next((each for each in islice(cassette.read(), FARTHEST) if _is_of(each, record)), None)
    except (CassetteError, StoreError):
        return None


def _is_of(exchange: Exchange, record: JsonObject) -> bool:
    """Return whether an exchange is the one of a record: of that moment, operation and method."""
    what = table_of(record.get("what"))
    said = (round(exchange.started_at * 1000), exchange.operation, exchange.request.method)
    return said == (record.get("recv_ms"), what.get("operation"), what.get("method"))

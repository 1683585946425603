"""Any exchange survives its row."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.http.messages import Request, Response
from gateway.stores.rows import exchange_of, exchange_row, request_of, request_row, weight
from tests.stores.sample_exchanges import REQUEST, exchange

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_HEADERS = st.lists(st.tuples(st.binary(), st.binary())).map(tuple)
_EXCHANGES = st.builds(
    Exchange,
    operation=_TEXT,
    request=st.builds(Request, method=_TEXT, target=st.binary(), headers=_HEADERS, body=st.binary(), connection=_TEXT),
    response=st.builds(Response, status=st.integers(100, 999), headers=_HEADERS, body=st.binary()),
    started_at=st.floats(0, 4e9),
    completed_at=st.floats(0, 4e9),
    credential=st.sampled_from(CredentialClass),
    redactions=st.lists(_TEXT).map(tuple),
)


@given(_EXCHANGES)
def test_any_exchange_survives_its_row(exchange: Exchange) -> None:
    row = exchange_row(exchange)
    with sqlite3.connect(":memory:") as connection:
        stored = connection.execute(f"SELECT {','.join('?' * len(row))}", row).fetchone()
    connection.close()
    assert exchange_of((7, *stored)) == replace(exchange, seq=7)


def test_a_request_survives_its_row() -> None:
    assert request_of(request_row(REQUEST, 1.0)) == REQUEST


def test_a_row_weighs_what_its_texts_weigh() -> None:
    assert weight(exchange_row(exchange(1, size=10_000))) - weight(exchange_row(exchange(1))) == 10_000

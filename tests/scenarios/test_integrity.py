"""Whoever changes a cassette is found out, and it is said what was done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.stores.integrity import examine
from gateway.stores.ledger import Ledger

from .client import Client
from .gateways import recorded

LOOKS = 30


def life(one: Client) -> None:
    disk = one.create(size=40)
    for _ in range(LOOKS):
        one.volume(disk)


def edited(store: sqlite3.Connection) -> None:
    """Change one byte of one answer."""
    sql = "UPDATE exchanges SET response_body = replace(response_body, '\"size\":40', '\"size\":41') WHERE seq = 7"
    store.execute("UPDATE exchanges SET response_body = CAST(response_body AS TEXT) WHERE seq = 7")
    assert store.execute(sql).rowcount == 1
    store.execute("UPDATE exchanges SET response_body = CAST(response_body AS BLOB) WHERE seq = 7")


def deleted(store: sqlite3.Connection) -> None:
    """Take one row out of the middle."""
    assert store.execute("DELETE FROM exchanges WHERE seq = 7").rowcount == 1


def cut(store: sqlite3.Connection) -> None:
    """Cut off the last ten rows."""
    assert store.execute("DELETE FROM exchanges WHERE seq > (SELECT max(seq) - 10 FROM exchanges)").rowcount == 10


def cut_with_care(store: sqlite3.Connection) -> None:
    """Cut off the last ten rows and leave a head that fits the rest."""
    cut(store)
    last = "SELECT seq, mac FROM exchanges ORDER BY seq DESC LIMIT 1"
    sql = f"UPDATE head SET (count, mac) = ({last})"
    assert store.execute(sql).rowcount == 1


def untouched(_: sqlite3.Connection) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("does", "verdicts"),
    [
        (untouched, ("good", "good", "good")),
        (edited, ("bad", "good", "good")),
        (deleted, ("good", "bad", "bad")),
        (cut, ("good", "good", "bad")),
        (cut_with_care, ("good", "good", "bad")),
    ],
)
def test_28_an_edit_a_deletion_and_a_cut_have_different_verdicts(
    tmp_path: Path, does: Callable[[sqlite3.Connection], None], verdicts: tuple[str, str, str]
) -> None:
    """Beats: all surveyed, of which none can tell that a recording was changed."""
    cassette = tmp_path / "bound.sqlite"
    recorded(cassette, life)
    with closing(sqlite3.connect(cassette)) as store, store:
        does(store)
    found = examine(cassette, Ledger.found(tmp_path / "data")).integrity
    assert (found.content.state, found.order.state, found.completeness.state) == verdicts

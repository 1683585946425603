"""Places in a trail, wishes of those who follow it, and events."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import canonical
from gateway.audit.entries import entry_of
from gateway.audit.search import Query, spoken
from gateway.contract.model import JsonObject
from gateway.inspector.filters import TOLD
from gateway.inspector.tailing import Told, Wish, event, heads_of, place_of
from tests.audit.records import DISK, denied, ended

RECORDS: list[JsonObject] = [
    ended(1),
    denied(2),
    ended(3, outcome={"status": 424}, who={"user_name": 'q"<b>é'}, mode="replay"),
    ended(4, decision=None, who=None),
    {"stage": "admin", "id": "", "event": "start", "facts": {"mode": "record"}, "ts_ms": 5},
]


def line_of(record: JsonObject) -> bytes:
    return canonical({**record, "chain": "gw-1", "seq": 1})


def test_a_place_is_a_word_and_back() -> None:
    heads = {"gw-b": 3, "gw-a-0": 12}
    assert place_of(heads) == "gw-a-0:12,gw-b:3"
    assert heads_of("gw-a-0:12,gw-b:3") == heads
    assert heads_of("") == {}


@pytest.mark.parametrize("word", ["gw", "gw:", ":3", "gw:3,", "gw:3\nid: 4", "gw:9999999999999999", "a:1," * 2000])
def test_what_is_no_place_is_told(word: str) -> None:
    with pytest.raises(ValueError, match="expected a place in the trail"):
        heads_of(word)


def test_an_event_is_one_line_of_data_whatever_stands_in_it() -> None:
    told = event("record", {"says": "a\nb\r\u2028"}, "gw:1")
    name, id_, data, end, rest = told.split(b"\n")
    assert (name, id_, end, rest) == (b"event: record", b"id: gw:1", b"", b"")
    assert orjson.loads(data.removeprefix(b"data: ")) == {"says": "a\nb\r\u2028"}


def test_the_id_of_a_record_is_the_place_behind_it() -> None:
    told = Told("gw-1", 8, {**ended(), "chain": "gw-1", "seq": 8}).event({"gw-1": 7, "gw-2": 3})
    assert b"id: gw-1:8,gw-2:3\n" in told


QUERIES: list[tuple[tuple[str, str], ...]] = [
    (),
    (("principal", "alice"),),
    (("principal", 'q"<b>é'),),
    (("status", "4xx"), ("status", "200")),
    (("status", "403"),),
    (("decision", "deny"), ("action", "evs:volumes:create")),
    (("decision", "none"), ("decision", "deny")),
    (("chain", "gw-1"), ("stage", "admin")),
    (("resource", DISK), ("from", "10.0.0.7"), ("mode", "replay")),
    (("decision", "explicit"),),
]


@pytest.mark.parametrize("terms", QUERIES, ids=str)
@pytest.mark.parametrize("words", ["", "evs:volumes:create", "Start"])
def test_a_look_at_the_bytes_lets_no_record_go_that_is_wanted(terms: Any, words: str) -> None:
    wish = Wish(Query((*terms, *TOLD), spoken([words])))
    for record in RECORDS:
        if wish.wants({**record, "chain": "gw-1"}):
            assert wish.may_want(line_of(record))


def test_a_look_at_the_bytes_lets_most_others_go() -> None:
    wish = Wish(Query((("principal", "alice"), ("status", "4xx"), *TOLD)))
    assert [wish.may_want(line_of(record)) for record in RECORDS] == [False, True, False, False, False]


@given(st.text(max_size=12))
def test_whatever_a_record_is_found_by_stands_in_its_bytes(word: str) -> None:
    name = word.encode("utf-8", "replace").decode()
    record = {**ended(), "who": {"user_name": name}, "mode": name, "scope": name, "id": name, "chain": "gw-1"}
    for term in entry_of(record).terms:
        assert Wish(Query((term,))).may_want(line_of(record)), term

"""What records are counted under."""

from __future__ import annotations

from gateway.audit.entries import entry_of
from gateway.audit.facets import facets_of
from tests.audit.records import DISK, denied, ended


def test_the_end_of_a_request_is_counted_under_what_it_was() -> None:
    assert facets_of(ended()) == {
        ("principal", "alice"),
        ("action", "evs:volumes:get"),
        ("operation", "cinder_show_volume"),
        ("resource", DISK),
        ("decision", "allow"),
        ("mode", "passthrough"),
        ("status", "200"),
    }


def test_what_somebody_did_to_the_gateway_is_counted_under_who_and_what() -> None:
    record = {"stage": "admin", "event": "inspector:login", "facts": {"principal": "bob", "ip": "10.0.0.7"}}
    assert facets_of(record) == {("principal", "bob"), ("action", "inspector:login")}
    assert facets_of({"stage": "admin", "event": "start", "facts": {}}) == {("action", "start")}


def test_nothing_else_is_counted() -> None:
    assert facets_of(ended(stage="received")) == frozenset()
    assert facets_of({"stage": "gap", "count": 3}) == frozenset()


def test_whatever_is_counted_is_found_by_it() -> None:
    for record in (ended(), denied(), ended(who=None, decision=None), {"stage": "admin", "event": "x", "facts": {}}):
        assert facets_of(record) <= entry_of(record).terms

"""Records in a chain."""

from __future__ import annotations

import orjson

from gateway.audit.canonical import canonical
from gateway.audit.chain import GENESIS, Head, hashed, linked


def test_a_record_names_its_place_and_the_one_before_it() -> None:
    first = linked("gw-1", Head(), {"id": "a"})
    second = linked("gw-1", first.head, {"id": "b"})
    record = orjson.loads(second.line)
    digest = record.pop("hash")
    assert record == {"id": "b", "v": 1, "chain": "gw-1", "seq": 2, "prev": first.head.hash}
    assert orjson.loads(first.line)["prev"] == GENESIS
    assert digest == hashed(first.head.hash, canonical(record)) == second.head.hash


def test_equal_records_at_other_places_have_other_hashes() -> None:
    first = linked("gw-1", Head(), {"id": "a"})
    assert linked("gw-1", first.head, {"id": "a"}).head.hash != first.head.hash
    assert linked("gw-2", Head(), {"id": "a"}).head.hash != first.head.hash

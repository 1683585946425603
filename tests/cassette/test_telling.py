from __future__ import annotations

from typing import Any

from gateway.cassette.telling import MOST_IN_WORDS, words

UNUSED = {"seq": 7, "operation": "cinder_create_volume", "method": "POST", "target": "/v2/{project_id}/volumes"}
MISS = {"operation": "cinder_list_volumes", "kind": "no-match", "message": "No such thing."}


def told(**more: Any) -> dict[str, Any]:
    none = {"approximate": 0, "used": [], "unused": [], "unused_count": 0, "misses": [], "miss_count": 0}
    return {"hits": 3, "used_count": 2, **none, **more}


def test_misses_do_not_hide_what_was_not_used() -> None:
    report = told(name="a", approximate=1, unused=[UNUSED], unused_count=1, misses=[MISS], miss_count=1)
    assert list(words(report)) == [
        "scope a: 3 hits, 1 of them approximate; 1 misses",
        "1 of 3 recorded exchanges were not used",
        "  unused: exchange 7, cinder_create_volume (POST /v2/{project_id}/volumes)",
        "  missed: cinder_list_volumes, no-match: No such thing.",
    ]


def test_what_is_too_much_is_counted() -> None:
    many = MOST_IN_WORDS + 1
    lines = list(words(told(unused=[UNUSED] * many, unused_count=30, misses=[MISS] * many, miss_count=40)))
    assert lines[0] == "all scopes: 3 hits, 0 of them approximate; 40 misses"
    assert [line for line in lines if "more" in line] == ["  unused: and 10 more", "  missed: and 20 more"]
    assert len(lines) == 2 + 2 * many


def test_where_nothing_is_replayed_that_is_said() -> None:
    assert list(words({"name": "a", "url": "http://127.0.0.1:1"})) == ["scope a: nothing is replayed here"]

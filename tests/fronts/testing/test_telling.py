from __future__ import annotations

from typing import Any

from gateway.fronts.testing.telling import left, told

REPORT = {
    "kind": "no-match",
    "message": "The cassette holds this operation, but no exchange with these fields.",
    "operation": "cinder_create_volume",
    "request": {"method": "POST", "body.volume.size": "41"},
    "nearest": [
        {
            "seq": 10,
            "status": 202,
            "differences": [{"field": "body.volume.size", "request has": "41", "cassette has": "40"}],
        }
    ],
    "recorded_writes_unused": 2,
}
TEXT = """\
1 request had no answer in cassettes/a.cassette:

cinder_create_volume: no-match
  The cassette holds this operation, but no exchange with these fields.
    method = POST
    body.volume.size = 41
  nearest: exchange 10, answered 202
    body.volume.size: request has 41, cassette has 40
  recorded writes not made yet: 2

to record what is missing:  pytest --evs-record-mode=new_episodes --evs-upstream URL 'test_a.py::test_b'
to record all of it anew:   pytest --evs-record-mode=rewrite --evs-upstream URL 'test_a.py::test_b'"""


def missed(*misses: dict[str, Any]) -> dict[str, Any]:
    return {"misses": misses, "miss_count": len(misses)}


def test_a_miss_is_told_field_by_field() -> None:
    assert told(missed(REPORT), "cassettes/a.cassette", "test_a.py::test_b") == TEXT


def test_a_report_cut_short_is_told_as_far_as_it_goes() -> None:
    cut = {"kind": "no-match", "message": "Nothing.", "operation": "iam_create_token"}
    assert "\n\niam_create_token: no-match\n  Nothing.\n\nto record" in told(missed(cut), "a", "b")


def test_many_misses_are_counted() -> None:
    text = told(missed(*[REPORT] * 7), "a", "b")
    assert text.startswith("7 requests had no answer in a:")
    assert text.count("cinder_create_volume: no-match") == 5
    assert "\nand 2 more\n" in text


def test_what_was_not_used_is_named() -> None:
    unused = {"seq": 3, "operation": "cinder_delete_volume", "method": "DELETE", "target": "/v2/{project_id}/volumes/x"}
    text = left({"used_count": 2, "unused_count": 1, "unused": [unused]}, "cassettes/a.cassette", "test_a.py::test_b")
    assert text.splitlines()[:2] == [
        "1 of 3 recorded exchanges in cassettes/a.cassette were not used:",
        "  unused: exchange 3, cinder_delete_volume (DELETE /v2/{project_id}/volumes/x)",
    ]
    assert text.endswith("--evs-record-mode=rewrite --evs-upstream URL 'test_a.py::test_b'")

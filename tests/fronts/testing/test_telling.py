from __future__ import annotations

from gateway.fronts.testing.telling import told

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


def test_a_miss_is_told_field_by_field() -> None:
    assert told([REPORT], "cassettes/a.cassette", "test_a.py::test_b") == TEXT


def test_a_report_cut_short_is_told_as_far_as_it_goes() -> None:
    cut = {"kind": "no-match", "message": "Nothing.", "operation": "iam_create_token"}
    assert "\n\niam_create_token: no-match\n  Nothing.\n\nto record" in told([cut], "a", "b")


def test_many_misses_are_counted() -> None:
    text = told([REPORT] * 7, "a", "b")
    assert text.startswith("7 requests had no answer in a:")
    assert text.count("cinder_create_volume: no-match") == 5
    assert "\nand 2 more\n" in text

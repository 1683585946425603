"""A recording by key, name and gate, and the runs of equal answers inside."""

from gateway.cassette.series import Index, Track
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.recordings import Client, Recorder, Script

SHOW = "/v2/{p}/volumes/00000000-0000-0000-0000-000000000000"


def polled(*bodies):
    """Return the entries of one disk that was asked for again and again."""
    recorder = Recorder(Script([Response(200, (), body) for body in bodies]))
    for _ in bodies:
        Client(recorder.answer)("GET", SHOW)
    return Index(recorder.exchanges, CATALOGUE)


def track(*bodies):
    made = Track()
    for entry in polled(*bodies).entries:
        made.add(entry)
    return made


def test_equal_answers_in_a_row_are_one_run():
    assert track(b"a", b"a", b"b", b"a", b"a", b"a").ends == [1, 1, 2, 5, 5, 5]


def test_a_change_of_the_update_time_alone_ends_no_run():
    assert track(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 2}').ends == [0, 1]
    assert track(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 1}').ends == [1, 1]


def test_the_next_answer_is_by_count_and_the_last_sticks():
    made = track(b"a", b"a", b"b")
    assert [made.next(count, 0) for count in range(5)] == [0, 1, 2, 2, 2]


def test_evidence_ends_a_run_but_never_the_last():
    made = track(b"a", b"a", b"b", b"c")
    assert [made.next(0, evidence) for evidence in (0, 1, 2, 3, 9)] == [0, 0, 2, 3, 3]


def test_exchanges_of_one_key_stand_together_and_apart_by_name():
    recorder = Recorder(Script([Response(404) for _ in range(3)]))
    client = Client(recorder.answer)
    for name in ("a", "b", "a"):
        client("GET", f"/v2/{{p}}/volumes/{name}")
    (series,) = Index(recorder.exchanges, CATALOGUE).series.values()
    assert {names: [len(run.entries) for run in runs.values()] for names, runs in series.runs.items()} == {
        ("a",): [2],
        ("b",): [1],
    }
    assert [entry.at for entry in series.entries()] == [0, 1, 2]


def test_an_answer_is_cut_once():
    index = polled(b"a")
    assert index.template(index.entries[0]) is index.template(index.entries[0])

"""A recording by key, name and gate, and the runs of equal answers inside."""

from gateway.cassette.progress import Position, Segment
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
        made.add(entry, float(entry.at))
    return made


def test_equal_answers_in_a_row_are_one_run():
    assert track(b"a", b"a", b"b", b"a", b"a", b"a").segments == [
        Segment(0, 1, 2, 0, 1),
        Segment(2, 2, 1, 2, 2),
        Segment(3, 5, 3, 3, 5),
    ]


def test_a_change_of_the_update_time_alone_ends_no_run():
    assert len(track(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 2}').segments) == 2
    assert len(track(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 1}').segments) == 1


def test_a_position_is_an_answer_and_past_its_run_the_last_of_it():
    made = track(b"a", b"a", b"b")
    positions = [Position(0, 1), Position(0, 2), Position(0, 3), Position(1, 1), Position(1, 2)]
    assert [made.entry(position).at for position in positions] == [0, 1, 1, 2, 2]


def test_runs_are_timed_from_the_start_of_the_recording():
    (series,) = polled(b"a", b"a", b"b").series.values()
    ((run,),) = [list(gates.values()) for gates in series.runs.values()]
    assert run.everyone.segments == [Segment(0, 1, 2, 0.5, 1.5), Segment(2, 2, 1, 2.5, 2.5)]


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

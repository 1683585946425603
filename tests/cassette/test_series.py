"""Runs of equal answers, by what one client saw itself."""

from gateway.cassette import series
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import ALWAYS, END, Seen, Span
from gateway.cassette.progress import Position, Segment
from gateway.cassette.series import Track, Tracks, answer_mark, stretches, track
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.recordings import Client, Recorder, Script, recorded

SHOW = "/v2/{p}/volumes/00000000-0000-0000-0000-000000000000"


def polled(*bodies):
    """Return what was seen of one disk that was asked for again and again, a second each."""
    recorder = Recorder(Script([Response(200, (), body) for body in bodies]))
    for _ in bodies:
        Client(recorder.answer)("GET", SHOW)
    return MemoryIndex(recorder.exchanges, CATALOGUE).run(0, ALWAYS)


def test_equal_answers_in_a_row_are_one_run():
    assert track(polled(b"a", b"a", b"b", b"a", b"a", b"a"), None) == Track(
        (0, 1, 2, 3, 4, 5),
        (Segment(0, 1, 2, 0.5, 1.5), Segment(2, 2, 1, 2.5, 2.5), Segment(3, 5, 3, 3.5, 5.5)),
    )


def test_a_change_of_the_update_time_alone_ends_no_run():
    other = track(polled(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 2}'), None)
    same = track(polled(b'{"updated_at": "1", "x": 1}', b'{"updated_at":null, "x": 1}'), None)
    assert (len(other.segments), len(same.segments)) == (2, 1)


def test_answers_of_another_status_differ():
    assert answer_mark(Response(200, (), b"x")) != answer_mark(Response(404, (), b"x"))


def test_what_a_client_saw_itself_comes_before_what_others_saw():
    run = (Seen(0, 7, 0.0, 0.0, b"a"), Seen(1, 8, 1.0, 1.0, b"b"), Seen(2, 7, 2.0, 2.0, b"a"))
    assert track(run, 7) == Track((0, 2), (Segment(0, 2, 2, 0.0, 2.0),))
    assert track(run, 8).places == (1,)
    assert track(run, 9).places == (0, 1, 2)


def test_the_last_answer_of_a_run_sticks():
    found = track(polled(b"a", b"a", b"b"), None)
    positions = (Position(0, 1), Position(0, 2), Position(0, 3), Position(1, 1), Position(1, 2))
    assert [found.place(position) for position in positions] == [0, 1, 1, 2, 2]


def test_equal_polls_between_two_writes_of_a_client_belong_together():
    def calls(client):
        volume = client.create()
        here = f"/v2/{{p}}/volumes/{volume}"
        client.until(here, "available")
        client("GET", here)
        client("PUT", here, {"volume": {"description": "d"}})
        client("GET", here)

    assert sorted(stretches(MemoryIndex(recorded(calls), CATALOGUE))) == [[0], [1, 2], [3, 4], [5], [6]]


def test_what_two_clients_saw_while_nobody_wrote_belongs_together():
    recorder = Recorder()
    one, other = Client(recorder.answer, connection="one"), Client(recorder.answer, connection="other")
    one("GET", "/v2/{p}/volumes")
    other("GET", "/v2/{p}/volumes")
    one.create()
    other("GET", "/v2/{p}/types")
    one("GET", "/v2/{p}/types")
    assert sorted(stretches(MemoryIndex(recorder.exchanges, CATALOGUE))) == [[0, 1], [2], [3, 4]]


def test_of_a_recording_too_long_to_look_at_every_exchange_stands_alone(monkeypatch):
    index = MemoryIndex(recorded(lambda client: [client("GET", "/v2/{p}/types") for _ in range(3)]), CATALOGUE)
    assert list(stretches(index)) == [[0, 1, 2]]
    monkeypatch.setattr("gateway.cassette.series.MOST_LOOKED_AT", 2)
    assert list(stretches(index)) == [(0,), (1,), (2,)]


def test_a_series_is_cut_once_for_all_its_polls(monkeypatch):
    recorder = Recorder(Script([Response(200, (), b"a"), Response(200, (), b"b")]))
    for _ in range(2):
        Client(recorder.answer)("GET", "/v2/{p}/volumes")
    index = MemoryIndex(recorder.exchanges, CATALOGUE)
    asked = []
    whole = index.run

    def run(number, span):
        asked.append(number)
        return whole(number, span)

    monkeypatch.setattr(index, "run", run)
    monkeypatch.setattr(series, "MOST_PLACES", 5)
    tracks = Tracks(index)
    assert tracks.find(0, ALWAYS, None) == tracks.find(0, ALWAYS, None) == track(whole(0, ALWAYS), None)
    assert asked == [0]
    assert tracks.find(0, Span(after=END), None) is None
    tracks.find(0, ALWAYS, 7)
    tracks.find(0, ALWAYS, None)
    assert asked == [0, 0, 0, 0], "what is kept is bounded"

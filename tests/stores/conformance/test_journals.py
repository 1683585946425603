"""Scopes that several gateways share, in a file of one machine and in a store of several."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Thread

import psycopg
import pytest

from gateway.cassette.events import Answered, Event, Forgotten, Missed, Presented, Rewound, Snapshot, decoded
from gateway.cassette.player import Player
from gateway.errors import StoreError
from gateway.stores.postgres.replay_state import StoreJournal
from gateway.stores.replay_state import SharedJournal
from tests.cassette.recordings import Client, Playing
from tests.stores.crew import INDEX, RECORDING, Crew, born, life, opened

Place = Path | str
Journals = Callable[[], SharedJournal | StoreJournal]
WHOLE = Snapshot({"é\u2028": [1, "\x00", None]})
EVENTS: list[Event] = [
    Answered(
        3, 1.5, 0.25, 2, "c", words=((("volume", 0), "é\x00\ud800"),), names=(("a", "b"),), bearers=(("t", True),)
    ),
    Missed(2.5, (), {"why": "\\N"}),
    Presented(),
    Rewound(),
]
UNREADABLE = ("{", '["?"]', '["a", 1]', "5", "[]")


@pytest.fixture
def journals(place: Place) -> Iterator[Journals]:
    """Opens the place once more, as another process does."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(opened(place)))


def written(place: Place) -> list[str]:
    """Return the events as they lie there."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as connection:
            return [line for (line,) in connection.execute("SELECT event FROM events ORDER BY scope, number")]
    with psycopg.connect(place) as connection:
        rows = connection.execute("SELECT event FROM evs_gateway.events ORDER BY scope, number").fetchall()
    return [line for (line,) in rows]


def put(place: Place, line: str) -> None:
    """Put a line behind the one event that is there."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            connection.execute("INSERT INTO events SELECT scope, number + 1, ? FROM events", (line,))
        return
    with psycopg.connect(place) as connection:
        connection.execute(
            "INSERT INTO evs_gateway.events SELECT scope, number + 1, %s FROM evs_gateway.events", (line,)
        )


def take_away(place: Place) -> None:
    """Take away all but the first event."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            connection.execute("DELETE FROM events WHERE number > 1")
        return
    with psycopg.connect(place) as connection:
        connection.execute("DELETE FROM evs_gateway.events WHERE number > 1")


def news(journal: SharedJournal | StoreJournal, scope: str = "a") -> list[Event]:
    with journal.turn(scope) as turn:
        return list(turn.news)


def test_a_client_whose_every_request_meets_another_lives_as_recorded(place: Place) -> None:
    with Crew(place, 3) as crew:
        life(Client(crew.answer), "other")
        assert [player.misses for player in crew.all] == [[], [], []]
        reports = [player.player.report("") for player in crew.all]
        assert {(report.hits, report.miss_count, report.unused) for report in reports} == {(len(RECORDING), 0, ())}


def test_a_second_run_rewinds_for_all(place: Place) -> None:
    with Crew(place) as crew:
        for name in ("one", "two", "three"):
            life(Client(crew.answer), name)
        assert [player.misses for player in crew.all] == [[], []]


def test_scopes_are_apart_and_known_to_all(place: Place) -> None:
    with Crew(place, scope="a") as one, Crew(place, scope="b") as other:
        ids = [born(Client(crew.answer)) for crew in (one, other)]
        assert len(set(ids)) == 2
        player = one.all[0].player
        assert (player.scopes(), player.report("b").hits) == (("a", "b"), 1)
        assert [player.issuer([each]) for each in (*ids, "0b549095-4937-4849-8e4c-52aa027d64f7")] == ["a", "b", None]
        player.forget("b")
        assert other.all[0].player.scopes() == ("a",)
        assert born(Client(other.answer)) == ids[1]


def test_a_scope_that_was_forgotten_for_others_is_told_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cassette.player.MOST_SCOPES", 2)
    with closing(opened(place)) as journal:
        player = Player(INDEX, journal=journal)
        made = [born(Client(Playing(player, scope).answer)) for scope in "abc"]
        assert [player.issuer([each]) for each in made] == list("abc")
        assert [player.report(scope).hits for scope in "abc"] == [1, 1, 1]
        assert (player.scopes(), player.overall().hits) == (("a", "b", "c"), 3)
        assert journal.let_go("a")
        assert len(news(journal)) == 1


def test_one_that_comes_late_reads_a_snapshot(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.stores.turns.LONG", 5)
    with Crew(place) as crew:
        life(Client(crew.answer), "other")
        assert [player.misses for player in crew.all] == [[], []]
        with Crew(place, 1) as late:
            assert late.all[0].player.report("") == crew.all[0].player.report("")
    lines = written(place)
    assert len(lines) <= 7
    assert isinstance(decoded(lines[0]), Snapshot)


def test_nothing_secret_is_written(place: Place) -> None:
    with Crew(place) as crew:
        client = Client(crew.answer)
        life(client, "other")
    text = "\n".join(written(place))
    assert [word in text for word in (client.token, "hidden", "auth_key", '"of"')] == [False, False, False, True]


def test_events_are_told_in_their_order_once_and_not_to_who_appended_them(journals: Journals) -> None:
    one, other = journals(), journals()
    for events in EVENTS[:2], EVENTS[2:]:
        with one.turn("a") as turn:
            assert turn.news == []
            assert [turn.append(event) for event in events] == events
    assert [news(each) for each in (other, other, one)] == [EVENTS, [], []]
    assert news(journals()) == EVENTS


def test_what_stood_before_a_snapshot_is_told_to_nobody_who_comes_later(journals: Journals) -> None:
    one = journals()
    for events in [Presented(), Rewound()], [WHOLE], [Rewound()]:
        with one.turn("a") as turn:
            for event in events:
                turn.append(event)
    assert news(journals()) == [WHOLE, Rewound()]


@pytest.mark.parametrize("whole", [Snapshot({}), Forgotten()])
def test_a_scope_is_long_until_it_is_written_whole(
    journals: Journals, monkeypatch: pytest.MonkeyPatch, whole: Event
) -> None:
    monkeypatch.setattr("gateway.stores.turns.LONG", 2)
    one, other = journals(), journals()
    long = []
    for event in (Presented(), Rewound(), whole, Rewound()):
        with one.turn("a") as turn:
            turn.append(event)
        with other.turn("a") as turn:
            long.append((one.turn("a").is_long, turn.is_long))
    assert long == [(False, False), (True, True), (False, False), (False, False)]


def test_turns_in_a_scope_come_one_after_the_other(journals: Journals) -> None:
    """Also for those that have had a turn in it before."""
    one, other = journals(), journals()
    assert [news(one), news(other)] == [[], []]
    seen: list[list[Event]] = []
    with one.turn("a") as turn:
        waiting = Thread(target=lambda: seen.append(news(other)))
        waiting.start()
        waiting.join(0.05)
        assert seen == []
        turn.append(Rewound())
    waiting.join(10)
    assert seen == [[Rewound()]]


def test_many_at_once_append_each_behind_what_it_was_told(journals: Journals) -> None:
    told: list[list[int]] = []

    def append(number: int) -> None:
        journal = journals()
        known: list[int] = []
        for at in range(number * 10, number * 10 + 10):
            with journal.turn("a") as turn:
                known += [event.place for event in turn.news if isinstance(event, Answered)]
                turn.append(Answered(at, 0.5, 0.25))
                known.append(at)
        told.append(known)

    threads = [Thread(target=append, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order = [event.place for event in news(journals()) if isinstance(event, Answered)]
    assert sorted(order) == list(range(30))
    assert [known == order[: len(known)] for known in told] == [True] * 3


def test_a_turn_that_breaks_appends_nothing_and_gives_the_scope_back(journals: Journals) -> None:
    one, other = journals(), journals()

    def broken() -> None:
        with one.turn("new") as turn:
            turn.append(Rewound())
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert [news(each, "new") for each in (other, one)] == [[], []]
    with one.turn("new") as turn:
        turn.append(Presented())
    assert news(other, "new") == [Presented()]


def test_scopes_are_known_by_any_name_in_the_order_in_which_they_began(journals: Journals) -> None:
    names = ["b", "", "é/\x00'%s", "a", "\udcff", "x" * 1000]
    one = journals()
    for name in names:
        news(one, name)
    assert list(journals().scopes()) == names


def test_recordings_share_nothing_but_the_place(place: Place) -> None:
    with closing(opened(place, "one")) as one, closing(opened(place, "two")) as two:
        with one.turn("a") as turn:
            turn.append(Rewound())
        assert (news(two), news(two, "b")) == ([], [])
        assert [sorted(journal.scopes()) for journal in (one, two)] == [["a"], ["a", "b"]]


def test_an_event_that_cannot_be_read_holds_nobody_up(place: Place) -> None:
    with Crew(place) as crew:
        born(Client(crew.answer))
        for line in UNREADABLE:
            put(place, line)
            for _ in crew.all:
                with pytest.raises(StoreError, match="an event of scope '' cannot be read"):
                    born(Client(crew.answer))
            take_away(place)
        assert crew.all[0].player.report("").hits == 1


_HOLD = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from gateway.cassette.events import Rewound
from tests.stores.crew import opened

journal = opened(sys.argv[2] if sys.argv[1] == "str" else Path(sys.argv[2]))
with journal.turn("a") as turn:
    turn.append(Rewound())
with journal.turn("a") as turn:
    turn.append(Rewound())
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_in_its_turn_lets_go_and_appended_nothing_in_it(
    place: Place, journals: Journals
) -> None:
    kind = "str" if isinstance(place, str) else "path"
    command = [sys.executable, "-c", _HOLD, kind, str(place), str(Path(__file__).parents[3])]
    process = Popen(command, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    process.kill()
    process.communicate()
    assert news(journals()) == [Rewound()]

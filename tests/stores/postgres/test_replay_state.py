"""One scope on several machines: what is true of the store alone. What holds for a file too is in `conformance`."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest

from gateway.cassette.events import Rewound
from gateway.errors import StoreError
from tests.cassette.recordings import Client
from tests.stores.crew import Crew, born


@pytest.fixture
def path(store):
    return store


def test_turns_in_a_scope_come_one_after_the_other_and_those_of_others_do_not_wait(path):
    with Crew(path) as crew:
        one, other = crew.journals
        seen = []

        def second():
            with other.turn("a") as turn:
                seen.append(list(turn.news))

        with one.turn("a") as turn:
            waiting = Thread(target=second)
            waiting.start()
            with Crew(path, 1) as third, third.journals[0].turn("b") as free:
                assert free.news == []
            assert seen == []
            turn.append(Rewound())
        waiting.join(10)
        assert seen == [[Rewound()]]


def test_a_connection_that_broke_between_turns_is_made_anew(path):
    with Crew(path) as crew:
        volume = born(Client(crew.answer))
        with psycopg.connect(path) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        Client(crew.answer).until(f"/v2/{{p}}/volumes/{volume}", "available")
        assert [player.misses for player in crew.all] == [[], []]


def test_a_turn_whose_connection_broke_appends_nothing(path):
    with Crew(path, 1) as crew:
        (journal,) = crew.journals

        def broken():
            with journal.turn("a") as turn:
                turn.append(Rewound())
                with psycopg.connect(path) as other:
                    other.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    )

        with pytest.raises(StoreError):
            broken()
        with journal.turn("a") as turn:
            assert turn.news == []


def test_what_cannot_be_read_or_appended_is_said_and_never_happened(path):
    with Crew(path, 1) as crew:
        born(Client(crew.answer))
        with psycopg.connect(path) as other:
            other.execute("ALTER TABLE evs_gateway.events RENAME TO gone")
        for attempt in (lambda: born(Client(crew.answer)), crew.journals[0].turn("x").__enter__):
            with pytest.raises(StoreError, match=r"gone|events"):
                attempt()
        with psycopg.connect(path) as other:
            other.execute("ALTER TABLE evs_gateway.gone RENAME TO events")
            other.execute("ALTER TABLE evs_gateway.events ADD CONSTRAINT full_up CHECK (number < 2)")
        with pytest.raises(StoreError, match="full_up"):
            born(Client(crew.answer))
        assert crew.all[0].player.report("").hits == 1
        with psycopg.connect(path) as other:
            other.execute("ALTER TABLE evs_gateway.scopes RENAME TO gone")
        with pytest.raises(StoreError, match="scopes"):
            crew.journals[0].scopes()

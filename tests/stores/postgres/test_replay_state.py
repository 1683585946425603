"""One scope on several machines: what holds for a file that processes share holds for the shared store."""

from __future__ import annotations

import json
from threading import Thread

import psycopg
import pytest

from gateway.cassette.events import Rewound
from gateway.errors import StoreError
from gateway.stores.postgres import replay_state
from gateway.stores.postgres.replay_state import StoreJournal
from tests.cassette.recordings import Client
from tests.stores.test_replay_state import (
    JOURNALS,
    Crew,
    born,
    life,
    test_a_client_whose_every_request_meets_another_process_lives_as_recorded,
    test_a_second_run_rewinds_for_all,
    test_a_turn_that_breaks_appends_nothing_and_gives_the_lock_back,
    test_scopes_in_one_file_are_apart_and_known_to_all,
)

__all__ = [
    "test_a_client_whose_every_request_meets_another_process_lives_as_recorded",
    "test_a_second_run_rewinds_for_all",
    "test_a_turn_that_breaks_appends_nothing_and_gives_the_lock_back",
    "test_scopes_in_one_file_are_apart_and_known_to_all",
]


@pytest.fixture
def path(store, monkeypatch):
    monkeypatch.setitem(JOURNALS, str, StoreJournal)
    return store


def test_a_gateway_that_comes_late_reads_a_snapshot(path, monkeypatch):
    monkeypatch.setattr(replay_state, "LONG", 5)
    with Crew(path) as crew:
        life(Client(crew.answer), "other")
        with Crew(path, 1) as late:
            assert late.all[0].player.report("") == crew.all[0].player.report("")
    with psycopg.connect(path) as connection:
        rows = connection.execute("SELECT event FROM evs_gateway.events ORDER BY number").fetchall()
    assert len(rows) <= 7
    assert json.loads(rows[0][0])[0] == "S"


def test_nothing_secret_is_in_the_store(path):
    with Crew(path) as crew:
        client = Client(crew.answer)
        life(client, "other")
    with psycopg.connect(path) as connection:
        text = "\n".join(line for (line,) in connection.execute("SELECT event FROM evs_gateway.events"))
    assert [word in text for word in (client.token, "hidden", "auth_key", '"of"')] == [False, False, False, True]


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

"""One scope in several processes: what is true of a file alone. What holds for a store too is in `conformance`."""

from __future__ import annotations

import sqlite3
import stat
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import StoreError
from gateway.stores.replay_state import SharedJournal, begin_anew
from tests.cassette.recordings import Client
from tests.stores.crew import Crew, born, life


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=200, max_size=200))
def test_whoever_answers_the_answers_are_those_of_one_process(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("state")
    with Crew(folder / "one.sqlite", 1) as alone, Crew(folder / "three.sqlite", 3) as crew:
        crew._next = (crew.all[number] for number in order)

        def both(request):
            answer, own = crew.answer(request), alone.answer(request)
            assert answer == own
            return own

        life(Client(both), "other")


def test_the_file_is_its_owner_s_only(path):
    with Crew(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_appended_never_happened(path):
    with Crew(path) as crew:
        born(Client(crew.answer))
        other = sqlite3.connect(path)
        other.execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room'); END")
        for attempt in (lambda: born(Client(crew.answer)), lambda: begin_anew(path)):
            with pytest.raises(StoreError, match=r"cannot be kept.*no room"):
                attempt()
        other.execute("DROP TRIGGER full")
        other.close()
        assert crew.all[0].player.report("").hits == 1


def test_begun_anew_nobody_remembers_anything(path):
    with Crew(path) as crew:
        life(Client(crew.answer), "one")
        begin_anew(path)
        assert crew.all[0].player.scopes() == ()
        born(Client(crew.answer), "two")
        with Crew(path, 1) as late:
            assert late.all[0].player.report("").hits == 1


class Switching(sqlite3.Connection):
    """Refuses the first switch to WAL, as SQLite does at once when another process is just switching."""

    refused = 0

    def execute(self, sql, *values):
        if "journal_mode" in sql and not Switching.refused:
            Switching.refused += 1
            raise sqlite3.OperationalError("database is locked")
        return super().execute(sql, *values)


def test_several_may_make_the_file_at_once(path, monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Switching))
    SharedJournal(path, "").close()
    assert Switching.refused == 1


def test_a_file_that_is_something_else_is_refused(path):
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match=r"state\.sqlite: the state of the replay cannot be opened"):
        SharedJournal(path, "")
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE events (x)")
    connection.close()
    with pytest.raises(StoreError, match="format 0, expected 1"):
        begin_anew(path)
    with pytest.raises(StoreError, match="cannot be opened"):
        SharedJournal(path / "below", "")


def test_a_file_that_breaks_is_said_to(path):
    with Crew(path, 1) as crew:
        other = sqlite3.connect(path)
        other.execute("DROP TABLE events")
        with pytest.raises(StoreError, match="cannot be kept"):
            born(Client(crew.answer))
        other.execute("CREATE TABLE events (scope, number)")
        with pytest.raises(StoreError, match="cannot be kept"):
            born(Client(crew.answer))
        other.close()

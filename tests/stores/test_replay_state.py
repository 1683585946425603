"""One scope in several processes: each request may be answered by another one."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
from collections import defaultdict
from dataclasses import replace
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.events import Rewound
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import StoreError
from gateway.stores import replay_state
from gateway.stores.replay_state import SharedJournal, begin_anew
from tests.cassette.recordings import Client, Playing, recorded


def born(client, name="disk"):
    return client.create(name, metadata={"of": name, "password": "hidden"})


def life(client, name="disk"):
    """Live with disks, snapshots, names, secrets and a token of its own, and look at everything on the way."""
    client.token = ""
    body = {"auth": {"identity": {"methods": ["password"]}, "scope": {"project": {"name": "p"}}}}
    issued = client("POST", "/v3/auth/tokens", body)
    client.token = issued.response.header(b"x-subject-token").decode()
    client.project = issued.body["token"]["project"]["id"]
    volume = born(client, name)
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    assert client("GET", f"/v2/{{p}}/volumes?name={name}").body["volumes"][0]["id"] == volume
    snapshot = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": f"{name}-s"}})
    there = f"/v2/{{p}}/snapshots/{snapshot.body['snapshot']['id']}"
    assert client.until(there, "available").body["snapshot"]["name"] == f"{name}-s"
    assert client("DELETE", there).status == 202
    client.until(there, 404)
    transfer = client("POST", "/v2/{p}/os-volume-transfer", {"transfer": {"volume_id": volume, "name": "t"}})
    accept = {"accept": {"auth_key": transfer.body["transfer"]["auth_key"]}}
    place = f"/v2/{{p}}/os-volume-transfer/{transfer.body['transfer']['id']}/accept"
    assert client("POST", place, accept).status == 202
    client("DELETE", here)
    client.until(here, 404)
    assert client("GET", "/v2/{p}/volumes/detail").body["volumes"] == []


RECORDING = recorded(life)
INDEX = MemoryIndex(RECORDING, CATALOGUE)

# How scopes are shared in a place. The tests of `Crew` hold for all of them: see the shared store's own.
JOURNALS = defaultdict(lambda: SharedJournal)


class Crew:
    """Players that share a place and answer in turn, each request on a connection of its own."""

    def __init__(self, path, count=2, scope=""):
        self.journals = [JOURNALS[type(path)](path, "recording") for _ in range(count)]
        self.all = [Playing(Player(INDEX, journal=journal), scope) for journal in self.journals]
        self._next = cycle(self.all)
        self._asked = 0

    def answer(self, request):
        self._asked += 1
        playing = next(self._next)
        playing.now = self._asked
        return playing.answer(replace(request, connection=f"new-{self._asked}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for journal in self.journals:
            journal.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite"


def test_a_client_whose_every_request_meets_another_process_lives_as_recorded(path):
    with Crew(path, 3) as crew:
        life(Client(crew.answer), "other")
        assert [player.misses for player in crew.all] == [[], [], []]
        reports = [player.player.report("") for player in crew.all]
        assert {(report.hits, report.miss_count, report.unused) for report in reports} == {(len(RECORDING), 0, ())}


def test_a_second_run_rewinds_for_all(path):
    with Crew(path) as crew:
        for name in ("one", "two", "three"):
            life(Client(crew.answer), name)
        assert [player.misses for player in crew.all] == [[], []]


def test_scopes_in_one_file_are_apart_and_known_to_all(path):
    with Crew(path, scope="a") as one, Crew(path, scope="b") as other:
        ids = [born(Client(crew.answer)) for crew in (one, other)]
        assert len(set(ids)) == 2
        player = one.all[0].player
        assert (player.scopes(), player.report("b").hits) == (("a", "b"), 1)
        assert [player.issuer([each]) for each in (*ids, "0b549095-4937-4849-8e4c-52aa027d64f7")] == ["a", "b", None]
        player.forget("b")
        assert other.all[0].player.scopes() == ("a",)
        assert born(Client(other.answer)) == ids[1]


def test_a_process_that_comes_late_reads_a_snapshot(path, monkeypatch):
    monkeypatch.setattr(replay_state, "LONG", 5)
    with Crew(path) as crew:
        life(Client(crew.answer), "other")
        assert [player.misses for player in crew.all] == [[], []]
        with Crew(path, 1) as late:
            assert late.all[0].player.report("") == crew.all[0].player.report("")
    rows = sqlite3.connect(path).execute("SELECT event FROM events").fetchall()
    assert len(rows) <= 7
    assert json.loads(rows[0][0])[0] == "S"


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


def test_nothing_secret_is_in_the_file_and_it_is_its_owner_s_only(path):
    with Crew(path) as crew:
        client = Client(crew.answer)
        life(client, "other")
        token = client.token
    connection = sqlite3.connect(path)
    text = "\n".join(line for (line,) in connection.execute("SELECT event FROM events"))
    connection.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [word in text for word in (token, "hidden", "auth_key", '"of"')] == [False, False, False, True]


def test_a_turn_that_breaks_appends_nothing_and_gives_the_lock_back(path):
    with Crew(path, 1) as crew:
        (journal,) = crew.journals

        def broken():
            with journal.turn("new") as turn:
                turn.append(Rewound())
                raise LookupError

        with pytest.raises(LookupError):
            broken()
        with journal.turn("new") as turn:
            assert turn.news == []


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


@pytest.mark.parametrize("line", ["{", '["?"]', '["a", 1]', "5", "[]"])
def test_an_event_that_cannot_be_read_holds_nobody_up(path, line):
    with Crew(path) as crew:
        born(Client(crew.answer))
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("INSERT INTO events VALUES (1, 2, ?)", (line,))
            for _ in range(2):
                with pytest.raises(StoreError, match="an event of scope '' cannot be read; remove the file"):
                    born(Client(crew.answer))
            other.execute("DELETE FROM events WHERE number = 2")
        assert crew.all[0].player.report("").hits == 1


def test_begun_anew_nobody_remembers_anything(path):
    with Crew(path) as crew:
        life(Client(crew.answer), "one")
        begin_anew(path)
        assert crew.all[0].player.scopes() == ()
        born(Client(crew.answer), "two")
        with Crew(path, 1) as late:
            assert late.all[0].player.report("").hits == 1


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

"""The index in tables answers as the one in memory does."""

import json

import pytest

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import ALWAYS, BEGINNING, END, EVERY_WRITE, EVERYONE, Span, Who
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from gateway.stores import sqlite_index
from gateway.stores.indexes import open_index
from gateway.stores.sqlite import write_all
from tests.cassette.recordings import P1, P2, Client, Playing, Recorder, Script, cloud


def life(client, name="one"):
    """Use what replay tells apart: names, transfers, jobs, snapshots, refusals, several clients and projects."""
    volume = client.create(name, description="text", metadata={"k": "v"})
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    client("GET", "/v2/{p}/volumes/missing-name")
    client("GET", f"/v2/{{p}}/volumes/detail?name={name}")
    client("POST", "/v2/{p}/volumes", {"volume": {"size": 0}})
    made = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": "s"}}).body["snapshot"]
    client.until(f"/v2/{{p}}/snapshots/{made['id']}", "available")
    body = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1", "count": 2}
    job = client("POST", "/v2/{p}/cloudvolumes", {"volume": body}).body["job_id"]
    client.until(f"/v1/{{p}}/jobs/{job}", "SUCCESS")
    client("DELETE", f"/v2/{{p}}/snapshots/{made['id']}")
    client.until(f"/v2/{{p}}/snapshots/{made['id']}", 404)
    offer = client("POST", "/v2/{p}/os-volume-transfer", {"transfer": {"volume_id": volume, "name": "t"}}).body[
        "transfer"
    ]
    accept = {"accept": {"auth_key": offer["auth_key"]}}
    Client(client.answer, P2, client.connection + "-b")(
        "POST", f"/v2/{{p}}/os-volume-transfer/{offer['id']}/accept", accept
    )
    client("GET", "/v2/{p}/os-quota-sets/{p}?usage=True")
    client("GET", "/v2/{p}/types")
    return [status for _, _, status in client.steps]


def recording():
    recorder = Recorder()
    for connection in ("c1", "c2"):
        life(Client(recorder.answer, P1, connection), f"name-{connection}")
    return recorder.exchanges


RECORDING = recording()


def indexed(path, exchanges):
    write_all(path, exchanges)
    return open_index(path, CATALOGUE)


@pytest.fixture
def both(tmp_path):
    """The two indexes of one recording, the same numbers in both."""
    stored = indexed(tmp_path / "a.sqlite", RECORDING)
    yield MemoryIndex(RECORDING, CATALOGUE), stored
    stored.close()


def tags_of(index):
    return sorted({touch.tag for at in range(index.exchanges) for touch in index.touches(at)})


def test_both_hold_the_same_exchanges(both):
    memory, stored = both
    assert stored.exchanges == len(RECORDING)
    for at in range(memory.exchanges):
        assert stored.recorded(at) == memory.recorded(at)
        assert stored.seq(at) == memory.seq(at) == stored.recorded(at).seq
        assert stored.template(at) == memory.template(at)
        assert stored.template(at) is stored.template(at)
        assert sorted(stored.touches(at), key=str) == sorted(memory.touches(at), key=str)


def test_both_are_the_same_after_they_let_go_of_an_old_state(both):
    memory, stored = both
    for index in both:
        index.refresh()
    assert stored.template(0) == memory.template(0)


def test_both_tell_the_same_of_the_whole(both):
    assert both[0].writes == both[1].writes > 0
    for name in ("requests", "begun_at", "projects", "only_actor", "exchanges"):
        assert getattr(both[0], name) == getattr(both[1], name), name


def test_both_tell_the_same_of_things_and_clients(both):
    memory, stored = both
    for exchange in RECORDING:
        for word in exchange.response.body.decode().split('"'):
            assert stored.alias_of(word.upper() if "-" in word else word) == memory.alias_of(word)
    assert stored.alias_of("nobody") is None
    for alias in [f"<{kind}:{number}>" for kind in ("volume", "snapshot", "job", "project") for number in range(9)]:
        assert stored.value_of(alias) == memory.value_of(alias)
        assert stored.owner(alias) == memory.owner(alias)
        assert sorted(stored.children(alias)) == sorted(memory.children(alias))
    for actor in range(5):
        assert stored.writes_of(actor) == memory.writes_of(actor)
        assert stored.is_restless(actor) == memory.is_restless(actor)


def test_both_tell_the_same_of_words(both):
    memory, stored = both
    words = ("name-c1", "text", "v", "k", "missing-name", "<secret:1>", "<secret:9>")
    assert [word in stored.chosen_names for word in words] == [word in memory.chosen_names for word in words]
    assert [word in stored.issued_secrets for word in words] == [word in memory.issued_secrets for word in words]
    assert "name-c1" in stored.chosen_names
    assert "<secret:1>" in stored.issued_secrets


def test_both_have_the_same_gates(both):
    memory, stored = both
    tags, actors = tags_of(memory), [None, *range(5)]
    assert tags == tags_of(stored)
    for tag in (*tags, "unheard of"):
        for actor in actors:
            for number in range(memory.writes + 2):
                assert stored.completed(tag, number, actor) == memory.completed(tag, number, actor)
            for at in range(memory.exchanges):
                began = memory.recorded(at).began
                assert stored.before(tag, began, actor) == memory.before(tag, began, actor)
    assert (stored.completed(EVERY_WRITE, 0), stored.completed(EVERY_WRITE, 99)) == (BEGINNING, END)


def test_both_find_the_same_requests(both):
    memory, stored = both
    middle = memory.recorded(memory.exchanges // 2).began
    spans = (ALWAYS, Span(after=middle), Span(before=middle), Span(after=END))
    for series in range(memory.requests):
        for span in spans:
            assert stored.run(series, span) == memory.run(series, span)
            for who in (EVERYONE, Who(only=0), Who(but=0), Who(only=99)):
                assert stored.first(series, span, who) == memory.first(series, span, who)
                assert stored.last(series, span, who) == memory.last(series, span, who)
                assert list(stored.walk(series, span, who)) == list(memory.walk(series, span, who))


def test_both_know_the_same_keys_and_names(both):
    memory, stored = both
    found = [
        candidate
        for operation in CATALOGUE.operations
        for candidate in memory.candidates(operation.id, operation.method)
    ]
    assert len(found) > 20
    for each in found:
        assert each.key in stored.keys
        assert list(stored.names(each.key)) == list(memory.names(each.key))
        for names, number in memory.names(each.key):
            assert stored.series(each.key, names) == number
        assert each in list(stored.candidates(each.first.operation, each.first.method))
    assert "nothing" not in stored.keys
    assert (stored.series("nothing", ()), list(stored.names("nothing"))) == (None, [])


def test_a_life_replays_from_tables(tmp_path):
    recorder = Recorder()
    first = life(Client(recorder.answer))
    stored = indexed(tmp_path / "a.sqlite", recorder.exchanges)
    player = Player(stored)
    for scope in ("a", "b"):
        played = Playing(player, scope)
        assert life(Client(played.answer, "e" * 32, "new"), "quite-new") == first
        assert played.misses == []
    stored.close()


def test_halves_of_surrogate_pairs_are_held(tmp_path):
    def calls(client, name="\ud800"):
        client("POST", "/v2/{p}/anything", {"name": name, "x": "\udfff"})
        return client("GET", "/v2/{p}/volumes/x").status

    answer = Response(200, (), json.dumps({"name": "\ud800"}).encode())
    recorder = Recorder(Script([answer, Response(404)]))
    calls(Client(recorder.answer))
    stored = indexed(tmp_path / "a.sqlite", recorder.exchanges)
    played = Playing(Player(stored))
    assert calls(Client(played.answer), "other") == 404
    assert calls(Client(Playing(Player(stored), "b").answer), "\ud801") == 404
    stored.close()


def test_walks_go_on_past_a_page(tmp_path):
    recorder = Recorder(cloud())
    client = Client(recorder.answer)
    for _ in range(600):
        client("GET", "/v2/{p}/types")
    stored = indexed(tmp_path / "a.sqlite", recorder.exchanges)
    assert [each.at for each in stored.walk(0, ALWAYS)] == list(range(600))
    stored.close()


def test_what_is_remembered_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_index, "_REMEMBERED", 1)
    monkeypatch.setattr(sqlite_index, "READY_BYTES", 1)
    recorder = Recorder()
    first = life(Client(recorder.answer))
    stored = indexed(tmp_path / "a.sqlite", recorder.exchanges)
    assert life(Client(Playing(Player(stored)).answer)) == first
    assert stored.template(0) is not stored.template(0)
    assert [stored.owner(f"<volume:{number}>") for number in (1, 2, 1, 9)] == [0, 0, 0, None]
    stored.close()


def test_ids_are_found_in_any_case_and_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_index, "_REMEMBERED", 1)
    recorder = Recorder()
    real = Client(recorder.answer).create()
    stored = indexed(tmp_path / "a.sqlite", recorder.exchanges)
    for _ in range(2):
        assert [stored.alias_of(each) for each in (real, real.upper(), "x")] == ["<volume:1>", "<volume:1>", None]
        assert [stored.value_of(each) for each in ("<volume:1>", "<volume:9>")] == [real, None]
    stored.close()

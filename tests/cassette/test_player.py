"""Whole lives of clients, recorded from the simulator and replayed with nothing behind."""

import json

import pytest

from gateway.cassette.aliases import aliased
from gateway.cassette.credentials import credential_class
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Manner, Player
from gateway.cassette.reading import Ids
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import P1, P2, Client, Playing, Recorder, identify, playing, recorded, replayed


def life(client: Client, name="disk", text="words", value="blue", polls=1):
    """Create, find, poll, show, update, metadata, snapshot, extend, list, delete."""

    def show(path):
        for _ in range(polls):
            answer = client("GET", path)
        return answer

    assert show("/v2/{p}/os-quota-sets/{p}?usage=True").status == 200
    assert show(f"/v2/{{p}}/volumes/{name}").status == 404
    volume = client.create(name, description=text, metadata={"colour": value})
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    shown = show(here).body["volume"]
    assert (shown["id"], shown["name"], shown["description"]) == (volume, name, text)
    assert shown["metadata"]["colour"] == value
    assert shown["os-vol-tenant-attr:tenant_id"] == client.project
    found = show(f"/v2/{{p}}/volumes/detail?name={name}").body["volumes"]
    assert [each["id"] for each in found] == [volume]
    assert client("PUT", here, {"volume": {"name": f"{name}-2"}}).body["volume"]["name"] == f"{name}-2"
    assert show(here).body["volume"]["name"] == f"{name}-2"
    assert client("POST", f"{here}/metadata", {"metadata": {"shape": value}}).status == 200
    assert show(f"{here}/metadata").body["metadata"] == {"colour": value, "shape": value}
    assert client("DELETE", f"{here}/metadata/colour").status == 200
    assert show(f"{here}/metadata").body["metadata"] == {"shape": value}
    made = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": f"{name}-s", "force": True}})
    snapshot = made.body["snapshot"]["id"]
    client.until(f"/v2/{{p}}/snapshots/{snapshot}", "available")
    listed = show("/v2/{p}/snapshots/detail").body["snapshots"]
    assert [(each["id"], each["volume_id"], each["name"]) for each in listed] == [(snapshot, volume, f"{name}-s")]
    assert client("DELETE", here).status == 400
    assert client("DELETE", f"/v2/{{p}}/snapshots/{snapshot}").status == 202
    client.until(f"/v2/{{p}}/snapshots/{snapshot}", 404)
    assert client("POST", f"{here}/action", {"os-extend": {"new_size": 20}}).status == 202
    client.until(here, "available")
    assert show(here).body["volume"]["size"] == 20
    assert client("DELETE", here).status == 202
    client.until(here, 404)
    assert show("/v2/{p}/volumes/detail").body["volumes"] == []


def transfer(client: Client, name="disk", wrong="0123456789abcdef"):
    """Give a disk to another project: its client tries a wrong key first."""
    other = Client(client.answer, P2 if client.project == P1 else "e" * 32, f"{client.connection}-other")
    volume = client.create(name)
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    offered = client("POST", "/v2/{p}/os-volume-transfer", {"transfer": {"volume_id": volume, "name": name}})
    made = offered.body["transfer"]
    assert len(made["auth_key"]) == 16
    accept = f"/v2/{{p}}/os-volume-transfer/{made['id']}/accept"
    assert other("POST", accept, {"accept": {"auth_key": wrong}}).status == 400
    taken = other("POST", accept, {"accept": {"auth_key": made["auth_key"]}})
    assert (taken.status, taken.body["transfer"]["volume_id"]) == (202, volume)
    shown = other("GET", f"/v2/{{p}}/volumes/{volume}").body["volume"]
    assert (shown["name"], shown["os-vol-tenant-attr:tenant_id"]) == (name, other.project)


def batch(client: Client, name="many", polls=1):
    """Make two disks by one job and delete them by another."""
    volume = {"name": name, "size": 10, "volume_type": "SAS", "availability_zone": "az-dc-1", "count": 2}
    job = client("POST", "/v2/{p}/cloudvolumes", {"volume": volume}).body["job_id"]
    for _ in range(polls):
        client("GET", f"/v1/{{p}}/jobs/{job}")
    done = client.until(f"/v1/{{p}}/jobs/{job}", "SUCCESS").body
    made = [each["entities"]["volume_id"] for each in done["entities"]["sub_jobs"]]
    names = [client.until(f"/v2/{{p}}/volumes/{each}", "available").body["volume"]["name"] for each in made]
    assert names == [f"{name}-0001", f"{name}-0002"]
    found = client("GET", f"/v2/{{p}}/volumes/detail?name={name}-0001").body["volumes"]
    assert [(each["id"], each["name"]) for each in found] == [(made[0], f"{name}-0001")]
    for each in made:
        gone = client("DELETE", f"/v2/{{p}}/cloudvolumes/{each}").body["job_id"]
        client.until(f"/v1/{{p}}/jobs/{gone}", "SUCCESS")
        client.until(f"/v2/{{p}}/volumes/{each}", 404)


def vendor(client: Client, name="sdk"):
    """The calls of Huawei's SDK that the reference does not have."""
    volume = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    job = client("POST", "/v2.1/{p}/cloudvolumes", {"volume": volume}).body["job_id"]
    made = client.until(f"/v1/{{p}}/jobs/{job}", "SUCCESS").body["entities"]["volume_id"]
    here = f"/v2/{{p}}/cloudvolumes/{made}"
    assert client.until(here, "available").body["volume"]["name"] == name
    longer = client("POST", f"/v2.1/{{p}}/cloudvolumes/{made}/action", {"os-extend": {"new_size": 20}}).body
    client.until(f"/v1/{{p}}/jobs/{longer['job_id']}", "SUCCESS")
    assert client("GET", here).body["volume"]["size"] == 20
    snapshot = {"snapshot": {"volume_id": made, "name": f"{name}-s"}}
    taken = client("POST", "/v2/{p}/cloudsnapshots", snapshot).body["snapshot"]
    assert taken["name"] == f"{name}-s"
    client.until(f"/v2/{{p}}/cloudsnapshots/{taken['id']}", "available")
    assert client("DELETE", f"/v2/{{p}}/cloudsnapshots/{taken['id']}").status == 202
    client.until(f"/v2/{{p}}/cloudsnapshots/{taken['id']}", 404)
    gone = client("DELETE", here).body["job_id"]
    client.until(f"/v1/{{p}}/jobs/{gone}", "SUCCESS")
    client.until(here, 404)
    assert client("GET", "/v2/{p}/limits").status == 200


def pages(client: Client, name="page"):
    """List five disks two at a time, by the next links."""
    made = [client.create(f"{name}{number}") for number in range(5)]
    seen, link = [], "/v2/{p}/volumes/detail?limit=2"
    while link:
        page = client("GET", link).body
        seen += page["volumes"]
        link = next((each["href"] for each in page.get("volumes_links", [])), None)
    assert [each["id"] for each in seen] == made[::-1]
    assert [each["name"] for each in seen] == [f"{name}{number}" for number in range(5)][::-1]
    second = client("GET", f"/v2/{{p}}/volumes?limit=2&marker={made[3]}").body["volumes"]
    assert [each["id"] for each in second] == [made[2], made[1]]


LIVES = [life, transfer, batch, vendor, pages]
each_life = pytest.mark.parametrize("run", LIVES, ids=[each.__name__ for each in LIVES])


@each_life
def test_a_life_replays_with_its_own_names(run):
    assert replayed(recorded(run), run).misses == []


@each_life
def test_a_life_replays_with_other_names(run):
    assert replayed(recorded(run), lambda client: run(client, name="zebra")).misses == []


@each_life
def test_a_life_replays_for_another_project(run):
    assert replayed(recorded(run), lambda client: run(client, name="zebra"), project="a" * 32).misses == []


@each_life
def test_a_life_replays_from_the_aliased_form(run):
    assert replayed(aliased(recorded(run)), lambda client: run(client, name="zebra"), project="b" * 32).misses == []


@each_life
def test_a_life_replays_three_times_in_a_row(run):
    player = playing(recorded(run))
    for name in ("first", "second", "third"):
        run(Client(player.answer), name=name)
    assert player.misses == []
    assert [note for hit in player.hits for note in hit.notes] == [
        "rewound: every recorded write had been served, so a new run has begun"
    ] * 2


@each_life
def test_a_second_run_may_be_another_projects(run):
    player = playing(recorded(run))
    for project in ("c" * 32, "d" * 32):
        run(Client(player.answer, project), name="again")
    assert player.misses == []


@each_life
def test_a_life_replays_on_a_connection_per_request(run):
    player = playing(recorded(run))
    for name in ("first", "second"):
        client = Client(player.answer)
        original = client.answer

        def fresh(request, client=client, original=original):
            client.connection = f"{client.connection}x"
            return original(request)

        client.answer = fresh
        run(client, name=name)
    assert player.misses == []


@pytest.mark.parametrize("run", [life, batch])
def test_reads_may_be_repeated(run):
    assert replayed(recorded(run), lambda client: run(client, name="zebra", polls=3)).misses == []


@pytest.mark.parametrize("run", [life, batch])
def test_reads_may_be_fewer(run):
    recording = recorded(lambda client: run(client, polls=4))
    assert replayed(recording, lambda client: run(client, name="zebra")).misses == []


def test_every_word_is_echoed_by_where_it_came_from():
    recording = recorded(lambda client: life(client, name="same", text="same", value="same"))
    played = replayed(recording, lambda client: life(client, name="one", text="two", value="three"))
    assert played.misses == []


def test_scopes_play_apart_and_hand_out_other_ids():
    player = Player(MemoryIndex(recorded(life), CATALOGUE))
    left, right = Playing(player, "left"), Playing(player, "right")
    one, other = Client(left.answer), Client(right.answer)
    words = {"description": "words", "metadata": {"colour": "blue"}}
    assert one.create(**words) != other.create(**words)
    life(Client(Playing(player, "third").answer))
    assert (left.misses, right.misses) == ([], [])


def test_forgetting_a_scope_begins_it_anew():
    player = playing(recorded(life))
    Client(player.answer).create("halfway", description="", metadata={"colour": ""})
    player.player.forget("")
    life(Client(player.answer))
    assert player.misses == []


def two_at_once(first=life, second=life, projects=(P1, P1)):
    """Record two clients whose requests alternate."""
    import threading

    recorder, turn = Recorder(), threading.Condition()
    state = {"turn": 0, "alive": {0, 1}}

    def take_turns(me, run, project):
        def answer(request):
            with turn:
                turn.wait_for(lambda: state["turn"] == me or len(state["alive"]) == 1, timeout=5)
                response = recorder.answer(request)
                state["turn"] = 1 - me
                turn.notify_all()
                return response

        try:
            run(Client(answer, project, f"c{me}"))
        finally:
            with turn:
                state["alive"].discard(me)
                turn.notify_all()

    threads = [
        threading.Thread(target=take_turns, args=(0, first, projects[0])),
        threading.Thread(target=take_turns, args=(1, second, projects[1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return recorder.exchanges


def busy(client: Client, name="busy"):
    """A life whose lists hold only what its own disks are called, for another client shares the project."""
    volume = client.create(name, size=40)
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    assert volume in [each["id"] for each in client("GET", "/v2/{p}/volumes/detail").body["volumes"]]
    assert client("PUT", here, {"volume": {"description": name}}).status == 200
    assert client("GET", here).body["volume"]["description"] == name
    assert client("DELETE", here).status == 202
    client.until(here, 404)
    assert volume not in [each["id"] for each in client("GET", "/v2/{p}/volumes/detail").body["volumes"]]


def lively(client: Client, name="lively"):
    """Another such life, of another size, with a snapshot."""
    volume = client.create(name, size=50)
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    made = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": name}}).body["snapshot"]["id"]
    client.until(f"/v2/{{p}}/snapshots/{made}", "available")
    assert volume in [each["id"] for each in client("GET", "/v2/{p}/volumes/detail").body["volumes"]]
    assert client("DELETE", f"/v2/{{p}}/snapshots/{made}").status == 202
    client.until(f"/v2/{{p}}/snapshots/{made}", 404)
    assert client("DELETE", here).status == 202
    client.until(here, 404)
    assert volume not in [each["id"] for each in client("GET", "/v2/{p}/volumes/detail").body["volumes"]]


@pytest.mark.parametrize("run", [busy, lively])
def test_one_of_two_clients_recorded_at_once_replays_alone(run):
    assert replayed(two_at_once(busy, lively), lambda client: run(client, name="alone")).misses == []


@pytest.mark.parametrize(
    ("form", "project"), [(list, P1), (list, "c" * 32), (aliased, P1), (aliased, "c" * 32), (aliased, "d" * 32)]
)
def test_one_of_two_clients_of_two_projects_each_replays_alone(form, project):
    exchanges = form(two_at_once(transfer, transfer, (P1, "c" * 32)))
    assert replayed(exchanges, lambda client: transfer(client, name="alone"), project=project).misses == []


def test_two_clients_recorded_at_once_replay_one_after_the_other():
    player = playing(two_at_once(busy, lively))
    lively(Client(player.answer, connection="x"), name="left")
    busy(Client(player.answer, connection="y"), name="right")
    assert player.misses == []


def test_equal_clients_recorded_at_once_replay_alone_and_again():
    player = playing(two_at_once(busy, busy))
    for connection in "xyz":
        busy(Client(player.answer, connection=connection), name=f"run-{connection}")
    assert player.misses == []


def test_a_miss_says_how_far_in_the_recording_its_scope_is():
    played = playing(recorded(lambda client: (client("GET", "/v2/{p}/types"), client.create())))
    client = Client(played.answer)
    client("GET", "/v2/{p}/types")
    before = client("GET", "/v2/{p}/limits").body
    client.create()
    played.now += 5
    after = client("GET", "/v2/{p}/limits").body
    told = [(report["clock_ms"], report["recorded_writes_served"]) for report in (before, after)]
    assert told == [(1500, 0), (7500, 1)]


def test_what_is_foreseen_is_what_is_played_then_and_changes_nothing():
    played = playing(recorded(lambda client: client.create()))
    asked = []

    def foresee(request):
        asked.append(played.player.foresee("", request, identify(request), credential_class(request), 1.0))
        return played.answer(request)

    volume = Client(foresee).create("mine")
    (hit,) = played.hits
    assert (asked, volume in hit.response.body.decode()) == ([hit], True)
    assert played.player.report("").hits == 1


def test_a_new_scope_may_show_real_ids_and_learn_live_ones():
    recorder = Recorder()
    real = Client(recorder.answer).create()
    played, live = playing(recorder.exchanges), "591ac654-26d8-41be-bb77-4f90699d2d41"
    played.player.learn("", [(real, live)])
    played.player.present("")
    played.player.present("")
    assert Client(played.answer).create() == real
    played.player.learn("", [(real, live)])
    asked = Client(played.answer)("GET", f"/v2/{{p}}/volumes/{live}").body["request"]
    assert asked["path.volume_id"] == "<volume:1>"


def crowded(monkeypatch, recording, held=()):
    """Return a player that remembers three scopes."""
    monkeypatch.setattr("gateway.cassette.player.MOST_SCOPES", 3)
    player = Player(MemoryIndex(recording, CATALOGUE))
    for scope in held:
        player.hold(scope)
    return player


def test_scopes_are_bounded_and_the_longest_unused_is_forgotten_first(monkeypatch):
    player = crowded(monkeypatch, recorded(lambda client: client.create()))
    made = {scope: Client(Playing(player, scope).answer).create() for scope in "abc"}
    Client(Playing(player, "a").answer)("GET", "/v2/{p}/types")
    made["d"] = Client(Playing(player, "d").answer).create()
    assert player.scopes() == ("a", "c", "d")
    assert [player.issuer([each]) for each in made.values()] == ["a", None, "c", "d"]
    assert (player.report("b").hits, player.overall().hits, player.overall().miss_count) == (0, 4, 1)
    assert Client(Playing(player, "b").answer).create() == made["b"]


def test_a_scope_that_has_a_listener_is_not_forgotten_for_others(monkeypatch):
    player = crowded(monkeypatch, recorded(lambda client: client.create()), held=("door",))
    for scope in ("door", "", "a", "b", "c"):
        Client(Playing(player, scope).answer).create()
    assert player.scopes() == ("", "c", "door")
    player.let_go("door")
    Client(Playing(player, "d").answer).create()
    assert player.scopes() == ("", "c", "d")


def test_more_scopes_with_listeners_than_are_remembered_all_stay(monkeypatch):
    player = crowded(monkeypatch, recorded(lambda client: client.create()), held="abcd")
    for scope in "abcd":
        Client(Playing(player, scope).answer).create()
    assert player.scopes() == tuple("abcd")


def test_who_gave_out_an_id_is_found_out_once_until_scopes_know_others(monkeypatch):
    monkeypatch.setattr("gateway.cassette.player.REMEMBERED_ISSUERS", 1)
    player = Player(MemoryIndex(recorded(lambda client: client.create()), CATALOGUE))
    mine = Client(Playing(player, "one").answer).create()
    other = Player(MemoryIndex(recorded(lambda client: client.create()), CATALOGUE))
    theirs = Client(Playing(other, "two").answer).create()
    asked = []
    is_issued = Ids.is_issued
    monkeypatch.setattr(Ids, "is_issued", lambda ids, value: asked.append(value) or is_issued(ids, value))
    assert [player.issuer([each]) for each in (mine, mine, theirs, theirs)] == ["one", "one", None, None]
    assert asked == [mine, theirs]
    Client(Playing(player, "two").answer)("GET", "/v2/{p}/types")
    assert player.issuer([theirs]) == "two"
    player.rewind("two")
    assert player.issuer([theirs]) is None


def test_what_is_recalled_shows_times_as_they_were_recorded():
    recorder = Recorder()
    volume = Client(recorder.answer).create()
    Client(recorder.answer)("GET", f"/v2/{{p}}/volumes/{volume}")
    shown = []
    for times in (Times.RECORDED, Times.SHIFTED):
        player = Player(MemoryIndex(recorder.exchanges, CATALOGUE), Manner(times=times))

        def last(request, player=player):
            return player.recall(request, identify(request), credential_class(request)).response

        shown.append(Client(last)("GET", f"/v2/{{p}}/volumes/{volume}").body["volume"]["created_at"])
    assert shown == [json.loads(recorder.exchanges[-1].response.body)["volume"]["created_at"]] * 2

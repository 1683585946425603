"""Which exchange answers: exact gates, nearest ones, creations in order."""

from tests.cassette.recordings import Client, playing, recorded

BODY = {"name": "n", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}


def seqs(recording, *requests):
    """Return which exchange answered each request, or the kind of miss. A request is connection, method, path, body."""
    played, served, known = playing(recording), [], {}
    for connection, method, path, body in requests:
        answer = Client(played.answer, connection=connection)(method, path.format(p="{p}", **known), body)
        served.append(played.hits[-1].seq if answer.status != 424 else answer.body["kind"])
        if method == "POST" and answer.status == 202 and answer.body:
            known.update({key: value["id"] for key, value in answer.body.items() if "id" in value})
    return served


def create(connection="c", name="n"):
    return connection, "POST", "/v2/{p}/volumes", {"volume": {**BODY, "name": name}}


def test_creations_come_in_recorded_order_whatever_their_names():
    recording = recorded(lambda client: [client.create(name) for name in "abc"])
    assert seqs(recording, create(name="x"), create(name="y"), create(name="z")) == [1, 2, 3]


def test_a_creation_with_a_recorded_name_gets_that_exchange():
    recording = recorded(lambda client: [client.create(name) for name in "abc"])
    assert seqs(recording, create(name="c"), create(name="a"), create(name="x")) == [3, 1, 2]


def two(client):
    """Two clients that make two disks each, and look at them."""
    other = Client(client.answer, connection="c2")
    for each in (client, other, client, other):
        volume = each.create()
        each("GET", f"/v2/{{p}}/volumes/{volume}")


def test_each_of_two_clients_keeps_to_its_own_creations():
    assert seqs(recorded(two), *[create(each) for each in ("x", "x", "y", "y")]) == [1, 5, 3, 7]
    assert seqs(recorded(two), *[create(each) for each in ("x", "y", "y", "x")]) == [1, 3, 7, 5]


def test_a_client_takes_strange_creations_when_its_own_are_used_up():
    assert seqs(recorded(two), *[create("x")] * 4) == [1, 5, 3, 7]


def test_a_refused_creation_repeats():
    def calls(client):
        client("POST", "/v2/{p}/volumes", {"volume": {**BODY, "size": 0}})

    request = ("c", "POST", "/v2/{p}/volumes", {"volume": {**BODY, "size": 0}})
    assert seqs(recorded(calls), request, request) == [1, 1]


def test_a_creation_that_was_refused_at_first_may_be_asked_for_later():
    def calls(client, early=True):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        snapshot = {"snapshot": {"volume_id": here[16:], "name": "s"}}
        if early:
            assert client("POST", "/v2/{p}/snapshots", snapshot).status == 400
        client.until(here, "available")
        client("PUT", here, {"volume": {"description": "d"}})
        return client("POST", "/v2/{p}/snapshots", snapshot).status

    recording = recorded(calls)
    assert [calls(Client(playing(recording).answer), early) for early in (True, False)] == [202, 202]


def test_of_two_clients_that_ask_alike_the_same_software_comes_first():
    def calls(client):
        for agent in ("openstacksdk/4.2 python", "python-cinderclient"):
            Client(client.answer, connection=agent, agent=agent).create()

    played = playing(recorded(calls))
    for agent in ("python-cinderclient", "openstacksdk/5.0"):
        Client(played.answer, connection=f"new {agent}", agent=agent).create()
    assert [hit.seq for hit in played.hits] == [2, 1]


def test_a_client_that_left_out_a_write_of_its_own_is_in_another_epoch():
    def calls(client, sizes=(11, 12)):
        for size in sizes:
            client.create(size=size)
        return client("GET", "/v2/{p}/volumes")

    answer = calls(Client(playing(recorded(calls)).answer), (12,))
    assert (answer.status, answer.body["kind"]) == (424, "wrong-epoch")


def test_creations_about_one_disk_may_come_in_another_order():
    def calls(client, keys=("a", "b", "c")):
        volume = client.create()
        client.until(f"/v2/{{p}}/volumes/{volume}", "available")
        for key in keys:
            snapshot = {"volume_id": volume, "name": "s", "metadata": {key: "v"}}
            assert client("POST", "/v2/{p}/snapshots", {"snapshot": snapshot}).status == 202

    played = playing(recorded(calls))
    calls(Client(played.answer), ("c", "a", "b"))
    assert played.misses == []

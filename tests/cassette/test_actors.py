"""Connections of one client are told by the ids they name."""

import json

from gateway.http.messages import Response
from tests.cassette.reading import read
from tests.cassette.recordings import P2, Client, Recorder, Script, recorded


def numbers(exchanges):
    findings, placed = read(exchanges)
    return [findings.actors.of_connection(each.connection) for each in placed]


def test_connections_that_name_one_disk_are_one_client():
    def calls(client):
        volume = client.create()
        Client(client.answer, connection="c2")("GET", f"/v2/{{p}}/volumes/{volume}")
        Client(client.answer, connection="c3").create()

    assert numbers(recorded(calls)) == [0, 0, 1]


def test_a_marker_joins_nobody():
    def calls(client):
        volume = client.create()
        Client(client.answer, connection="c2")("GET", f"/v2/{{p}}/volumes?marker={volume}&limit=1")

    assert numbers(recorded(calls)) == [0, 1]


def test_who_accepts_a_transfer_is_joined_to_who_offered_it():
    recorder = Recorder()
    client, other = Client(recorder.answer), Client(recorder.answer, P2, "c2")
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    body = {"transfer": {"volume_id": volume, "name": "t"}}
    made = client("POST", "/v2/{p}/os-volume-transfer", body).body["transfer"]["id"]
    other("POST", f"/v2/{{p}}/os-volume-transfer/{made}/accept", {"accept": {"auth_key": "wrong"}})
    assert set(numbers(recorder.exchanges)) == {0}


def test_a_server_belongs_to_nobody():
    server = "95d9ef50-507d-11e5-b970-0800200c9a66"
    shown = json.dumps({"volumes": [{"id": server[::-1], "attachments": [{"server_id": server}]}]}).encode()

    def calls(client):
        client("GET", "/v2/{p}/volumes/detail")
        for connection in ("c1", "c2"):
            Client(client.answer, connection=connection)("POST", f"/v2/{{p}}/servers/{server}/action", {"x": 1})

    recorder = Recorder(Script([Response(200, (), shown), Response(202), Response(202)]))
    calls(Client(recorder.answer))
    _, placed = read(recorder.exchanges)
    assert [each.recorded.ids for each in placed] == [(), ("<server:1>",), ("<server:1>",)]
    assert numbers(recorder.exchanges) == [0, 0, 1]


def test_a_client_with_a_connection_per_request_is_restless():
    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        for connection in ("c2", "c3"):
            Client(client.answer, connection=connection)("GET", here)
        for _ in range(2):
            Client(client.answer, connection="steady").create()

    found = read(recorded(calls))[0].actors
    assert found.restless() == {found.of_connection("c2")} != {found.of_connection("steady")}


def test_the_owner_of_a_thing_is_known_by_it():
    found = read(recorded(lambda client: client.create()))[0].actors
    assert (found.of_things(), found.of_write(0), found.count) == ({"<volume:1>": 0}, 0, 1)

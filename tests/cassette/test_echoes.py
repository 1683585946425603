"""Which member of which request a member of an answer repeats."""

import json
from collections import defaultdict

from gateway.cassette.echoes import Echo, echoes
from gateway.cassette.leaves import parsed
from gateway.http.messages import Response
from tests.cassette.reading import read
from tests.cassette.recordings import Client, Recorder, Script, playing, recorded


def found(exchanges, place=-1):
    findings, placed = read(exchanges)
    set_of = defaultdict(lambda: defaultdict(list))
    for thing, member, setting in findings.settings():
        set_of[thing][member].append(setting)
    body = findings.aliases.apply(exchanges[place]).response.body
    target = placed[place].keyed.target
    return echoes(placed[place].recorded.at, target, parsed(body), lambda thing: set_of[thing])


def test_the_last_write_that_set_a_member_to_this_value_is_its_source():
    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create('a', description='b', metadata={'k': 'a'})}"
        client("PUT", here, {"volume": {"display_name": "c"}})
        client("PUT", here, {"volume": {"name": "a"}})
        client("GET", here)

    assert found(recorded(calls)) == {
        ("volume", "name"): Echo(2, ("volume", "name")),
        ("volume", "description"): Echo(0, ("volume", "description")),
        ("volume", "metadata", "k"): Echo(0, ("volume", "metadata", "k")),
    }


def test_metadata_calls_set_and_show_the_members_of_their_thing():
    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create('a', metadata={'one': '1'})}"
        client("PUT", f"{here}/metadata/two", {"meta": {"two": "2"}})
        client("GET", f"{here}/metadata")

    assert found(recorded(calls)) == {
        ("metadata", "one"): Echo(0, ("volume", "metadata", "one")),
        ("metadata", "two"): Echo(1, ("meta", "two")),
    }
    assert found(recorded(calls), 1) == {("meta", "two"): Echo(1, ("meta", "two"))}


def test_an_answer_before_a_write_does_not_come_from_it():
    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create('a')}"
        client("GET", here)
        client("PUT", here, {"volume": {"name": "a", "description": "d"}})

    assert found(recorded(calls), 1) == {("volume", "name"): Echo(0, ("volume", "name"))}


def test_a_refused_write_sets_nothing():
    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create('a')}"
        assert client("PUT", here, {"volume": {"name": "n" * 256}}).status == 400
        client("GET", here)

    assert found(recorded(calls)) == {("volume", "name"): Echo(0, ("volume", "name"))}


def test_the_name_of_another_thing_is_told_by_the_id_beside_it():
    volume = "591ac654-26d8-41be-bb77-4f90699d2d41"
    made = {"volume": {"id": volume, "name": "a", "metadata": {"n": 1}}, "meta": {"n": 1}}
    back = {"rollback": {"volume_id": volume, "volume_name": "a"}, "metadata": {"n": 1}}

    def calls(client, name="a"):
        client.create(name)
        return client("GET", f"/v2/{{p}}/volumes/{volume}").body

    answers = [Response(status, (), json.dumps(body).encode()) for status, body in ((202, made), (200, back))]
    recorder = Recorder(Script(answers))
    calls(Client(recorder.answer))
    assert found(recorder.exchanges) == {("rollback", "volume_name"): Echo(0, ("volume", "name"))}
    client = Client(playing(recorder.exchanges).answer)
    shown = client.create("new")
    assert client("GET", f"/v2/{{p}}/volumes/{shown}").body["rollback"]["volume_name"] == "new"


def test_a_batch_adds_its_number_to_the_name():
    def calls(client, name="a"):
        body = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1", "count": 2}
        job = client("POST", "/v2/{p}/cloudvolumes", {"volume": body}).body["job_id"]
        client.until(f"/v1/{{p}}/jobs/{job}", "SUCCESS")
        return client("GET", "/v2/{p}/volumes").body

    assert found(recorded(calls)) == {
        ("volumes", 0, "name"): Echo(0, ("volume", "name"), "-0002"),
        ("volumes", 1, "name"): Echo(0, ("volume", "name"), "-0001"),
    }

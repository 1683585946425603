"""Which write made which thing."""

from tests.cassette import reading
from tests.cassette.recordings import Client, playing, recorded


def read(recording):
    return reading.read(recording)[0].ancestry.result


def batch(client, count=1, name="made", ask=False):
    body = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1", "count": count}
    job = client("POST", "/v2/{p}/cloudvolumes", {"volume": body}).body["job_id"]
    if ask:
        client.until(f"/v1/{{p}}/jobs/{job}", "SUCCESS")
    for _ in range(6):
        listed = client("GET", "/v2/{p}/volumes/detail").body["volumes"]
    return [each["id"] for each in listed if each["name"].startswith(name)]


def test_a_thing_belongs_to_the_write_whose_answer_showed_it_first():
    def calls(client):
        client("GET", "/v2/{p}/volumes")
        volume = client.create()
        client.until(f"/v2/{{p}}/volumes/{volume}", "available")
        client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": "s"}})

    found = read(recorded(calls))
    assert list(found.issued.values()) == [["<volume:1>"], ["<snapshot:1>"]]
    assert found.parent == {"<snapshot:1>": "<volume:1>"}
    assert found.family("<volume:1>") == {"<volume:1>", "<snapshot:1>"}
    assert found.projects == {"<volume:1>": {"<project:1>"}, "<snapshot:1>": {"<project:1>"}}


def test_what_a_job_shows_belongs_to_the_write_that_started_it():
    found = read(recorded(lambda client: batch(client, 2, ask=True)))
    assert sorted(found.issued[0]) == ["<job:1>", "<job:2>", "<job:3>", "<volume:1>", "<volume:2>"]


def test_a_disk_whose_job_nobody_asked_for_is_adopted_by_its_name():
    recording = recorded(lambda client: batch(client, 2))
    assert sorted(read(recording).issued[0]) == ["<job:1>", "<volume:1>", "<volume:2>"]
    client = Client(playing(recording).answer)
    assert len(batch(client, 2, "renamed")) == 2


def test_disks_that_two_creations_may_have_made_are_shared_out_by_age():
    def calls(client):
        for _ in range(2):
            client("POST", "/v2/{p}/cloudvolumes", {"volume": volume})
        for _ in range(6):
            client("GET", "/v2/{p}/volumes/detail")

    volume = {"name": "twin", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    assert read(recorded(calls)).issued == {0: ["<job:1>", "<volume:2>"], 1: ["<job:2>", "<volume:1>"]}


def test_a_disk_with_another_name_is_nobodys():
    def calls(client):
        client.create("old")
        batch(client, 1, "made")

    found = read(recorded(calls)[1:])
    assert [len(things) for things in found.issued.values()] == [2]


def test_of_two_creations_in_a_row_each_gets_its_disk():
    def calls(client):
        batch(client)
        batch(client)

    assert [sorted(things) for things in read(recorded(calls)).issued.values()] == [
        ["<job:1>", "<volume:1>"],
        ["<job:2>", "<volume:2>"],
    ]


def test_a_refused_write_makes_nothing():
    assert read(recorded(lambda client: client("POST", "/v2/{p}/volumes", {"volume": {"size": 0}}))).issued == {}

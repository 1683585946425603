"""The twelve points of the replay trial, each as a small recording that would fail without its rule; then its rules on
gates, scopes and the beginning of a new run."""

import json
from urllib.parse import quote

from gateway.cassette.credentials import credential_class
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Hit, Player
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.recordings import P1, P2, Client, Playing, Recorder, Script, identify, playing, recorded, replayed

ZERO = "00000000-0000-0000-0000-000000000000"


def answer(body, status=200, *headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, ((b"content-type", b"application/json"), *headers), raw)


def scripted(calls, *answers):
    """Record the calls of a client of a cloud that gives these answers."""
    recorder = Recorder(Script(list(answers)))
    calls(Client(recorder.answer))
    return recorder.exchanges


# 1


def test_1_a_name_in_a_path_or_a_filter_stands_for_the_recorded_one():
    def calls(client, name="is recorded"):
        client.create(name)
        listed = client("GET", f"/v2/{{p}}/volumes/detail?name={quote(name)}")
        return listed.body["volumes_links"], client("GET", f"/v2/{{p}}/volumes/{quote(name)}")

    made = answer({"volume": {"id": ZERO.replace("0", "1"), "name": "is recorded"}}, 202)
    link = "http://cloud/v2/p/volumes/detail?name="
    page = answer({"volumes": [], "volumes_links": [{"href": f"{link}is%20recorded"}, {"href": f"{link}is+recorded"}]})
    gone = answer({"itemNotFound": {"message": 'Volume "is recorded" or this recorded could not be found.'}}, 404)
    played = playing(scripted(calls, made, page, gone))
    links, missing = calls(Client(played.answer), "is new")
    assert links == [{"href": f"{link}is%20new"}, {"href": f"{link}is+new"}]
    told = {"itemNotFound": {"message": 'Volume "is new" or this recorded could not be found.'}}
    assert (missing.status, missing.body) == (404, told)
    assert played.misses == []


def test_1_a_name_derived_from_a_bound_one_is_swapped_in():
    def calls(client, name="recorded"):
        client.create(name)
        return client("GET", f"/v2/{{p}}/volumes/detail?name={name}-absent").body["volumes"]

    assert calls(Client(playing(recorded(calls)).answer), "quite-new") == []


def test_1_a_name_that_no_write_chose_stands_for_another_such_name():
    def calls(client, absent="nowhere"):
        client.create("here")
        return client("GET", f"/v2/{{p}}/volumes/{absent}").status

    assert calls(Client(playing(recorded(calls)).answer), "elsewhere") == 404


def test_1_a_name_may_be_looked_for_before_it_is_chosen():
    def calls(client, name="recorded"):
        found = [client("GET", f"/v2/{{p}}/volumes/detail?name={name}").body["volumes"]]
        volume = client.create(name)
        found.append(client("GET", f"/v2/{{p}}/volumes/detail?name={name}").body["volumes"])
        assert [[each["id"] for each in volumes] for volumes in found] == [[], [volume]]

    assert replayed(recorded(calls), lambda client: calls(client, "quite-new")).misses == []


def test_1_a_bound_name_never_stands_for_a_stranger():
    def calls(client, asked="nowhere"):
        client.create("here")
        return client("GET", f"/v2/{{p}}/volumes/detail?name={asked}").status

    assert calls(Client(playing(recorded(calls)).answer), "here") == 424


# 2


def test_2_equal_values_in_two_members_come_back_each_as_its_own():
    def calls(client, name="1", text="1", value="1"):
        volume = client.create(name, description=text, metadata={"k": value})
        return client("GET", f"/v2/{{p}}/volumes/{volume}").body["volume"]

    shown = calls(Client(playing(recorded(calls)).answer), "7", "8", "9")
    assert (shown["name"], shown["description"], shown["metadata"]["k"]) == ("7", "8", "9")
    assert shown["size"] == 10
    assert shown["availability_zone"] == "az-dc-1"


def test_2_names_of_which_one_begins_the_other_are_kept_apart():
    def calls(client, one="disk", other="disk-2"):
        made = [client.create(one), client.create(other)]
        return [client("GET", f"/v2/{{p}}/volumes/{each}").body["volume"]["name"] for each in made]

    assert calls(Client(playing(recorded(calls)).answer), "x", "y") == ["x", "y"]


# 3

SORTED = answer({"volumes": [{"id": f"{n}" * 8 + "-0000-4000-8000-000000000000", "name": f"n{n}"} for n in "12"]})


def by_name(client, names=("n1", "n2"), query="sort=name:asc"):
    for name in names:
        client.create(name)
    return [each["name"] for each in client("GET", f"/v2/{{p}}/volumes/detail?{query}").body["volumes"]]


def by_name_recorded(query="sort=name:asc"):
    made = [answer({"volume": each}, 202) for each in json.loads(SORTED.body)["volumes"]]
    return scripted(lambda client: by_name(client, query=query), *made, SORTED)


def test_3_a_list_sorted_by_name_is_sorted_by_the_clients_names():
    assert by_name(Client(playing(by_name_recorded()).answer), ("z", "a")) == ["a", "z"]


def test_3_a_paged_list_sorted_by_name_says_that_its_order_is_the_recorded_one():
    query = "sort_key=name&sort_dir=asc&limit=9"
    played = playing(by_name_recorded(query))
    assert by_name(Client(played.answer), ("z", "a"), query) == ["z", "a"]
    assert played.hits[-1].notes == (
        "pages stand in the recorded order: a paged list sorted by a name cannot be sorted again",
    )


# 4


def test_4_a_used_up_success_is_a_miss():
    def calls(client):
        volume = client.create()
        client("GET", f"/v2/{{p}}/volumes/{volume}")
        client("POST", f"/v2/{{p}}/volumes/{volume}/action", {"os-set_bootable": {"bootable": True}})
        return volume

    played = playing(recorded(calls))
    client = Client(played.answer)
    volume = calls(client)
    again = client("POST", f"/v2/{{p}}/volumes/{volume}/action", {"os-set_bootable": {"bootable": True}})
    assert (again.status, again.body["kind"]) == (424, "series-exhausted")


def test_4_the_last_answer_of_a_read_sticks():
    def calls(client, polls=5):
        volume = client.create()
        return [client("GET", f"/v2/{{p}}/volumes/{volume}").body["volume"]["status"] for _ in range(polls)]

    recording = recorded(calls)
    statuses = calls(Client(playing(recording).answer), 20)
    assert statuses == calls(Client(Recorder().answer)) + ["available"] * 15


# 5


def guarded(client, deletes=1):
    """Try to delete a disk that has a snapshot, remove the snapshot, delete the disk."""
    here = f"/v2/{{p}}/volumes/{client.create()}"
    client.until(here, "available")
    made = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": here[16:], "name": "s"}}).body["snapshot"]
    client.until(f"/v2/{{p}}/snapshots/{made['id']}", "available")
    refused = [client("DELETE", here).status for _ in range(deletes)]
    client("DELETE", f"/v2/{{p}}/snapshots/{made['id']}")
    client.until(f"/v2/{{p}}/snapshots/{made['id']}", 404)
    assert client("DELETE", here).status == 202
    client.until(here, 404)
    return refused


def test_5_a_refused_write_may_be_left_out():
    assert replayed(recorded(guarded), lambda client: guarded(client, 0)).misses == []


def test_5_a_refused_write_may_be_repeated_without_doing_anything():
    assert guarded(Client(playing(recorded(guarded)).answer), 4) == [400] * 4


def test_5_a_success_in_a_state_never_recorded_is_a_miss():
    def early(client):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        client.until(here, "available")
        client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": here[16:], "name": "s"}})
        return client("PUT", here, {"volume": {"name": "x"}})

    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        client.until(here, "available")
        client("PUT", here, {"volume": {"name": "x"}})
        client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": here[16:], "name": "s"}})

    refused = early(Client(playing(recorded(calls)).answer))
    assert (refused.status, refused.body["kind"]) == (424, "wrong-epoch")


# 6


def interleaved(*turns):
    """Record clients c1, c2, ... each doing what its turns say, in this order."""
    recorder = Recorder()
    made = {}
    for connection, act in turns:
        act(Client(recorder.answer, connection=connection), made)
    return recorder.exchanges


def makes(name, size):
    def act(client, made):
        made[name] = client.create(name, size=size)

    return act


def lists(client, made):
    made["listed"] = [each["id"] for each in client("GET", "/v2/{p}/volumes").body["volumes"]]


def test_6_a_list_is_chosen_by_the_set_of_writes_not_by_their_number():
    recording = interleaved(
        ("c1", lists), ("c1", makes("a", 11)), ("c1", lists), ("c2", makes("b", 12)), ("c2", lists), ("c1", lists)
    )
    played, made = playing(recording), {}
    one, two = Client(played.answer, connection="x"), Client(played.answer, connection="y")
    makes("b", 12)(two, made)
    lists(two, made)
    assert made["b"] in made["listed"]
    makes("a", 11)(one, made)
    lists(one, made)
    assert {made["a"], made["b"]} == set(made["listed"])
    assert played.misses == []


def test_6_other_clients_writes_may_be_missing_and_the_hit_says_so():
    recording = interleaved(("c1", lists), ("c2", makes("b", 12)), ("c1", makes("a", 11)), ("c1", lists))
    played, made = playing(recording), {}
    client = Client(played.answer)
    makes("a", 11)(client, made)
    lists(client, made)
    assert made["a"] in made["listed"]
    assert played.hits[-1].notes == ("nearest gate: other clients' writes came in another order",)


def test_6_a_list_after_other_own_writes_is_in_the_wrong_epoch():
    recording = interleaved(("c1", makes("a", 11)), ("c1", makes("b", 12)), ("c1", lists))
    played, made = playing(recording), {}
    client = Client(played.answer)
    makes("a", 11)(client, made)
    missed = client("GET", "/v2/{p}/volumes")
    assert (missed.status, missed.body["kind"]) == (424, "wrong-epoch")
    assert missed.body["nearest"][0]["differences"] == [
        {"field": "writes before it", "request has": "no others", "cassette has": "cinder_create_volume (seq 2)"}
    ]


def test_6_first_reads_of_an_unknown_client_take_the_nearest_gate():
    recording = interleaved(("c2", makes("b", 12)), ("c1", makes("a", 11)), ("c1", lists))
    assert Client(playing(recording).answer)("GET", "/v2/{p}/volumes").status == 200


# 7


def test_7_requests_with_and_without_credentials_are_apart_in_any_order():
    def calls(client, tokens=("", "token-1")):
        statuses = {}
        for token in tokens:
            client.token = token
            statuses[token] = client("GET", "/v2/{p}/types").status
        return statuses

    recording = recorded(calls)
    assert calls(Client(playing(recording).answer), ("other", "")) == {"other": 200, "": 401}


def test_7_a_token_may_be_renewed_midway():
    def calls(client, later="token-1"):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        client.token = later
        client.until(here, "available")

    assert replayed(recorded(calls), lambda client: calls(client, "renewed")).misses == []


def test_7_a_document_that_needs_no_credentials_is_found_with_and_without():
    def calls(client, token=""):
        client.token = token
        return client("GET", "/").status

    assert calls(Client(playing(recorded(calls)).answer), "token-1") == 300


# 8


def gives(client, key=None):
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    made = client("POST", "/v2/{p}/os-volume-transfer", {"transfer": {"volume_id": volume, "name": "t"}}).body
    other = Client(client.answer, P2, "other")
    accept = f"/v2/{{p}}/os-volume-transfer/{made['transfer']['id']}/accept"
    wrong = other("POST", accept, {"accept": {"auth_key": key or "f" * 16}})
    right = other("POST", accept, {"accept": {"auth_key": made["transfer"]["auth_key"]}})
    return made["transfer"]["auth_key"], wrong.status, right.status


def test_8_a_hidden_key_is_given_out_in_its_form_and_taken_back():
    key, wrong, right = gives(Client(playing(recorded(gives)).answer))
    assert (len(key), int(key, 16) > 0, wrong, right) == (16, True, 400, 202)


def test_8_any_unknown_key_finds_the_refusal():
    assert gives(Client(playing(recorded(gives)).answer), "another key")[1:] == (400, 202)


def test_8_a_wrong_key_that_its_refusal_repeats_is_still_any_unknown_key():
    def calls(client, key="0a1b2c3d4e5f6071"):
        accept = f"/v2/{{p}}/os-volume-transfer/{ZERO}/accept"
        return client("POST", accept, {"accept": {"auth_key": key}}).status

    refusal = answer({"badRequest": {"message": "key 0a1b2c3d4e5f6071 is wrong", "code": 400}}, 400)
    assert calls(Client(playing(scripted(calls, refusal)).answer), "f" * 16) == 400


# 9


def test_9_states_come_in_the_recorded_order_at_any_pace():
    def calls(client, polls=4):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        return [client("GET", here).body["volume"]["status"] for _ in range(polls)]

    recording = recorded(calls)
    slow = playing(recording)
    slow.now = 1e9
    assert calls(Client(slow.answer)) == calls(Client(Recorder().answer))


# 10


def test_10_a_run_is_over_once_something_later_was_served():
    def calls(client, peek=True):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        client.until(here, "available")
        client("DELETE", here)
        if peek:
            assert len(client("GET", "/v2/{p}/volumes").body["volumes"]) == 1
        client.until(here, 404)
        assert client("GET", "/v2/{p}/volumes").body["volumes"] == []

    assert replayed(recorded(calls), lambda client: calls(client, peek=False)).misses == []


# 11


def test_11_lists_keep_what_others_made_so_that_pages_hold_together():
    def page(client, made):
        first = client("GET", "/v2/{p}/volumes/detail?limit=1").body
        link = first["volumes_links"][0]["href"]
        second = client("GET", link).body["volumes"]
        made["pages"] = [each["name"] for each in (*first["volumes"], *second)]

    recording = interleaved(("c1", makes("a", 11)), ("c2", makes("b", 12)), ("c1", page))
    played, made = playing(recording), {}
    makes("mine", 11)(client := Client(played.answer), made)
    page(client, made)
    assert made["pages"] == ["b", "mine"]


# 12


def test_12_equal_creations_get_the_recorded_disks_in_order():
    def calls(client, names=("a", "a", "a")):
        made = [client.create(name) for name in names]
        shown = client("GET", "/v2/{p}/volumes/detail").body["volumes"]
        assert [(each["id"], each["name"]) for each in shown] == list(zip(made, names, strict=True))[::-1]
        return made

    made = calls(Client(playing(recorded(calls)).answer), ("x", "y", "z"))
    assert len(set(made)) == 3


def test_12_a_cascade_takes_its_snapshots_along():
    def calls(client):
        volume = client.create()
        client.until(f"/v2/{{p}}/volumes/{volume}", "available")
        made = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": "s"}}).body["snapshot"]
        client.until(f"/v2/{{p}}/snapshots/{made['id']}", "available")
        assert client("DELETE", f"/v2/{{p}}/volumes/{volume}?cascade=true").status == 202
        for _ in range(5):
            last = client("GET", f"/v2/{{p}}/snapshots/{made['id']}").status
        assert last == 404
        assert client("GET", "/v2/{p}/snapshots/detail").body["snapshots"] == []

    assert replayed(recorded(calls), calls).misses == []


def test_12_a_change_of_updated_at_is_no_change_of_state():
    shown = [answer({"volume": {"status": "creating", "updated_at": at}}) for at in ("1", "2")]
    done = answer({"volume": {"status": "available", "updated_at": "3"}})

    def calls(client, reads=3):
        for _ in range(reads):
            last = client("GET", f"/v2/{{p}}/volumes/{ZERO}").body["volume"]
        client("GET", "/v2/{p}/types")
        return last

    recording = scripted(calls, *shown, done, answer({"volume_types": []}))
    client = Client(playing(recording).answer)
    assert calls(client, 1)["updated_at"] == "1"
    assert calls(client, 1)["status"] == "available"


# Scopes and runs


def test_an_id_that_never_was_stays_as_it_is():
    def calls(client, asked=ZERO):
        return client("GET", f"/v2/{{p}}/volumes/{asked}")

    played = playing(scripted(calls, answer({"itemNotFound": {"message": f"Volume {ZERO}", "volume_id": ZERO}}, 404)))
    assert calls(Client(played.answer)).status == 404
    assert ZERO in calls(Client(played.answer)).body["itemNotFound"]["message"]
    assert calls(Client(played.answer), ZERO.replace("0", "1")).status == 424


def test_a_real_id_that_the_recording_still_holds_is_understood():
    def calls(client, volume=None):
        volume = volume or client.create()
        return client("GET", f"/v2/{{p}}/volumes/{volume}").body["volume"]["id"]

    recorder = Recorder()
    real = calls(Client(recorder.answer))
    played = playing(recorder.exchanges)
    assert Client(played.answer)("GET", f"/v2/{{p}}/volumes/{real}").status == 424
    assert played.misses[0].kind == "wrong-epoch"


def test_a_new_run_begins_when_every_write_was_served():
    def calls(client):
        return client.create()

    played = playing(recorded(calls))
    first, second = calls(Client(played.answer)), calls(Client(played.answer))
    assert first != second
    assert [hit.notes for hit in played.hits] == [
        (),
        ("rewound: every recorded write had been served, so a new run has begun",),
    ]
    old = Client(played.answer)("GET", f"/v2/{{p}}/volumes/{first}")
    assert (old.status, old.body["kind"]) == (424, "no-such-operation")


def test_no_new_run_begins_while_writes_are_unused():
    def calls(client):
        client.create(size=11)
        client.create(size=12)

    played = playing(recorded(calls))
    client = Client(played.answer)
    client.create(size=11)
    answer = client("POST", "/v2/{p}/volumes", {"volume": {"name": "x", "size": 11, "volume_type": "SSD"}})
    assert (answer.status, answer.body["recorded_writes_unused"]) == (424, 1)


def test_a_third_project_of_two_is_unknown():
    def calls(client):
        client("GET", "/v2/{p}/types")
        Client(client.answer, P2)("GET", "/v2/{p}/types")

    played = playing(recorded(calls))
    assert [Client(played.answer, each * 32)("GET", "/v2/{p}/types").status for each in "abca"] == [200, 200, 424, 200]


def test_a_token_is_issued_for_each_scope():
    def calls(client):
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "u", "password": "pw"}}}}}
        client.token = ""
        made = client("POST", "/v3/auth/tokens", body)
        assert made.status == 201
        return made.response.header(b"x-subject-token")

    player = Player(MemoryIndex(recorded(calls), CATALOGUE))
    tokens = {calls(Client(Playing(player, scope).answer)) for scope in ("a", "a", "b")}
    assert len(tokens) == 3
    assert all(token.startswith(b"MII") and len(token) > 300 for token in tokens)


def test_what_is_no_json_is_handed_out_byte_for_byte():
    page = Response(404, ((b"content-type", b"text/html"),), b"<html>\xff not < found")
    moved = Response(302, ((b"location", b"http://cloud/v2/"),), b"")
    empty = Response(202, ((b"content-length", b"0"),), b"")

    def calls(client):
        return [
            client("GET", "/v2/{p}/nothing").response,
            client("GET", "/v2").response,
            client("POST", "/v2/{p}/unknown").response,
            client("HEAD", "/v2/{p}/nothing").response,
        ]

    length = Response(404, ((b"content-length", b"17"),), b"")
    recorder = Recorder(Script([page, moved, empty, length]), redactor=Untouched())
    calls(Client(recorder.answer))
    assert calls(Client(playing(recorder.exchanges).answer)) == [page, moved, empty, length]


class Untouched:
    """A redactor that finds nothing, for recordings of which every byte counts."""

    def redact(self, request, response, operation):
        from gateway.cassette.redaction import Redacted

        return Redacted(request, response, ())


def test_recordings_without_times_are_read_in_their_order():
    from dataclasses import replace

    def calls(client):
        volume = client.create()
        client("DELETE", f"/v2/{{p}}/volumes/{volume}")
        return client("GET", "/v2/{p}/quotas").status

    timeless = [replace(each, started_at=0.0, completed_at=0.0) for each in recorded(calls)]
    assert replayed(timeless, calls).misses == []
    assert P1


def test_a_value_that_is_no_text_is_compared_not_echoed():
    def calls(client, value=1):
        sent = {"volume": {"name": "n", "size": 1, "metadata": {"n": value}}}
        return client("POST", "/v2/{p}/volumes", sent).status

    recording = scripted(calls, answer({"volume": {"metadata": {"n": 1}}}, 202))
    assert [calls(Client(playing(recording).answer), value) for value in (2, "1", 1)] == [424, 424, 202]


def test_a_name_of_hexadecimal_digits_is_a_name():
    def calls(client, name="0" * 32):
        client.create(name)
        return client("GET", f"/v2/{{p}}/volumes/{name}").status

    assert calls(Client(playing(recorded(calls)).answer), "a" * 32) == 404


def test_a_client_without_kept_connections_is_not_taken_for_another():
    def calls(client, name="mine", start="s"):
        def fresh(path="/v2/{p}/volumes", **more):
            client.connection = f"{client.connection}{start}"
            return client.create(**more) if more else client("GET", path)

        volumes = [fresh(name=name, size=10), fresh(name=name, size=10)]
        for volume in volumes:
            assert fresh(f"/v2/{{p}}/volumes/{volume}").body["volume"]["name"] == name
        return volumes

    recorder = Recorder()
    calls(Client(recorder.answer, connection="a"), "one")
    calls(Client(recorder.answer, connection="b"), "two")
    played = playing(recorder.exchanges)
    calls(Client(played.answer, connection="x"), "new", "t")
    assert played.misses == []


# The last known answer


def remembered(client):
    here = f"/v2/{{p}}/volumes/{client.create('kept')}"
    client.until(here, "available")
    client("PUT", here, {"volume": {"name": "renamed"}})
    client("GET", here)
    client("GET", "/v2/{p}/volumes?name=renamed")
    return here


def recall(recording, path, method="GET", project=P1):
    player = Player(MemoryIndex(recording, CATALOGUE))

    def answers(request):
        found = player.recall(request, identify(request), credential_class(request))
        return found.response if isinstance(found, Hit) else Response(424, (), json.dumps(found.report).encode())

    return Client(answers, project)(method, path)


def test_the_last_answer_is_recalled_under_its_real_id_whatever_was_written():
    recorder = Recorder()
    here = remembered(Client(recorder.answer))
    shown = recall(recorder.exchanges, here).body["volume"]
    assert (shown["id"], shown["name"], shown["status"]) == (here[16:], "renamed", "available")
    assert len(recall(recorder.exchanges, "/v2/{p}/volumes?name=renamed").body["volumes"]) == 1


def test_what_was_never_asked_is_not_recalled_nor_is_a_write():
    recorder = Recorder()
    here = remembered(Client(recorder.answer))
    assert recall(recorder.exchanges, "/v2/{p}/types").body["kind"] == "no-such-operation"
    assert recall(recorder.exchanges, here, "DELETE").body["kind"] == "no-such-operation"
    assert recall(recorder.exchanges, here, project=P2).status == 424

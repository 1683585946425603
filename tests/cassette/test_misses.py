"""A miss says what was asked, what the cassette has instead and what mends it, within bounds and without secrets."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Hit, Miss, Player
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request
from tests.cassette.recordings import P1, Client, identify, playing, recorded


def calls(client, **more):
    volume = client.create("recorded", **more)
    client("GET", f"/v2/{{p}}/volumes/{volume}")
    client("PUT", f"/v2/{{p}}/volumes/{volume}", {"volume": {"name": "again"}})
    client("GET", "/v2/{p}/volumes?limit=2&name=recorded")
    return volume


RECORDING = recorded(calls)


def missed(method, path, body=None, **client):
    answer = Client(playing(RECORDING).answer, **client)(method, path, body)
    assert answer.status == 424
    return answer.body


def test_another_value_is_named_in_the_right_direction():
    volume = {"name": "x", "size": 20, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    report = missed("POST", "/v2/{p}/volumes", {"volume": volume})
    assert report["kind"] == "no-match"
    assert report["nearest"] == [
        {
            "seq": 1,
            "status": 202,
            "differences": [{"field": "body.volume.size", "request has": "20", "cassette has": "10"}],
        }
    ]
    assert report["recorded_writes_unused"] == 2
    assert "--mode new-episodes" in report["fix"]


def test_missing_and_further_fields_are_absent_on_the_other_side():
    report = missed("GET", "/v2/{p}/volumes?status=available&name=recorded", token="")
    assert report["nearest"][0]["differences"] == [
        {"field": "query.status", "request has": "available", "cassette has": "(absent)"},
        {"field": "credential", "request has": "none", "cassette has": "some"},
        {"field": "query.limit", "request has": "(absent)", "cassette has": "2"},
    ]


def test_an_operation_that_was_never_recorded_is_said_so():
    report = missed("GET", "/v2/{p}/types")
    assert (report["kind"], report["operation"], report["nearest"]) == (
        "no-such-operation",
        "cinder_list_volume_types",
        [],
    )


def test_a_name_that_fits_none_is_shown_with_the_recorded_one():
    player = playing(RECORDING)
    client = Client(player.answer)
    client.create("mine")
    assert client("GET", "/v2/{p}/volumes?limit=2&name=again").body["nearest"][0]["differences"] == [
        {"field": "query.name", "request has": "again", "cassette has": "recorded"}
    ]


def test_a_used_up_write_tells_how_to_begin_anew():
    player = playing(RECORDING)
    client = Client(player.answer)
    calls(client)
    body = {"volume": {"name": "again"}}
    volume = player.hits[0].response.body.decode().partition('"id":"')[2][:36]
    report = client("PUT", f"/v2/{{p}}/volumes/{volume}", body).body
    assert report["kind"] == "series-exhausted"
    assert report["fix"].startswith("Begin the recording anew: evs-gateway scope reset default, or use another scope.")


def test_a_run_stopped_midway_is_told_by_its_unused_writes():
    def two(client):
        for size in (11, 11, 12):
            client.create(size=size)

    player = playing(recorded(two))
    client = Client(player.answer)
    for _ in range(3):
        answer = client("POST", "/v2/{p}/volumes", player_body(11))
    assert answer.body["fix"].startswith("1 recorded writes are unused: an earlier run may have stopped midway.")


def player_body(size):
    return {"volume": {"name": "x", "size": size, "volume_type": "SSD", "availability_zone": "az-dc-1"}}


def test_a_report_is_bounded():
    metadata = {f"{number:03}" + "k" * 200: "v" for number in range(300)}
    long = {"volume": {"name": "x", "size": 10, "metadata": metadata, "availability_zone": "z" * 9000}}
    report = missed("POST", "/v2/{p}/volumes", long)
    assert len(json.dumps(report).encode()) <= 8 * 1024
    wide = {"volume": {f"{number:03}" + "é" * 4000: "v" for number in range(12)}}
    assert len(json.dumps(missed("POST", "/v2/{p}/volumes", wide)).encode()) <= 8 * 1024


def test_a_report_holds_no_secret():
    body = {"accept": {"auth_key": "0123456789abcdef"}, "password": "hunter2", "x": {"secret_key": "s3cr3t"}}
    report = json.dumps(missed("POST", "/v2/{p}/anything?token=tok3n", body, token="the-token"))
    assert [each for each in ("0123456789abcdef", "hunter2", "s3cr3t", "tok3n", "the-token") if each in report] == []


PLAYER = Player(MemoryIndex(RECORDING, CATALOGUE))
TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["volume", "name", "metadata", "auth_key", "id"]) | TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [
        *("/", "/v2", "/v2/{p}", "/v2/{p}/volumes", "/v2/{p}/volumes/{t}", "/v2/{t}/{t}", "/v1/{p}/jobs/{t}"),
        *("/v2/{p}/volumes/{t}/action", "/v2/{p}/volumes?name={t}", "/v3/auth/tokens", "/v2.1/{p}/cloudvolumes"),
        *("/v2/{p}/volumes/{t}/metadata/{t}", "/v2/{p}/volumes/<volume:1>", "/v2/{p}/volumes?sort=name&{t}", "{t}"),
    ]
)


@pytest.mark.parametrize("raw", [False, True])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "x"]), PATHS, st.binary(max_size=20), JSON, TEXT)
def test_any_request_is_a_hit_or_a_miss(raw, method, path, piece, body, scope):
    target = path.replace("{p}", P1).encode().replace(b"{t}", piece)
    request = Request(method, target, (), piece if raw else json.dumps(body).encode())
    played = PLAYER.play(scope, request, identify(request), CredentialClass.TOKEN, 0.0)
    assert isinstance(played, Hit | Miss)
    if isinstance(played, Miss):
        assert len(json.dumps(played.report).encode()) <= 8 * 1024

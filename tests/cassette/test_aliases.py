"""Ids become roles: learnt where the service issued them, replaced everywhere, and nothing else touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.http.messages import Request, Response

PROJECT = "40acc331ac784f34842ba4f08ff2be48"
VOLUME = "591ac654-26d8-41be-bb77-4f90699d2d41"
OTHER = "0b549095-4937-4849-8e4c-52aa027d64f7"
ZERO = "00000000-0000-0000-0000-000000000000"
KEY = "redacted-auth_key-0123456789ab"


def exchange(target, sent=None, answer=None, method="GET", headers=()):
    body = b"" if sent is None else json.dumps(sent).encode()
    answered = b"" if answer is None else json.dumps(answer).encode()
    return Exchange(
        "undocumented",
        Request(method, target.encode(), (), body),
        Response(200, (*headers, (b"content-length", str(len(answered)).encode())), answered),
        0.0,
        0.0,
    )


CREATED = exchange(
    f"/v2/{PROJECT}/volumes",
    {"volume": {"name": "a"}},
    {"volume": {"id": VOLUME, "links": [{"href": f"http://h/v2/{PROJECT}/volumes/{VOLUME}"}]}},
    "POST",
)


def answers(*exchanges):
    return [json.loads(each.response.body or b"null") for each in aliased(exchanges)]


def test_an_id_is_replaced_in_targets_bodies_and_links():
    created, shown = aliased([CREATED, exchange(f"/v2/{PROJECT}/volumes/{VOLUME}?x={VOLUME}")])
    assert created.request.target == b"/v2/<project:1>/volumes"
    assert json.loads(created.response.body) == {
        "volume": {"id": "<volume:1>", "links": [{"href": "http://h/v2/<project:1>/volumes/<volume:1>"}]}
    }
    assert shown.request.target == b"/v2/<project:1>/volumes/<volume:1>?x=<volume:1>"


def test_content_length_follows_the_body():
    (created,) = aliased([CREATED])
    assert created.response.header(b"content-length") == str(len(created.response.body)).encode()


def test_ids_are_replaced_in_location_percent_escapes_and_error_texts_in_any_case():
    told = exchange(
        f"/v2/{PROJECT}/volumes/{VOLUME.upper()}?next=http%3A%2F%2Fh%2F{VOLUME}%2F",
        answer={"itemNotFound": {"message": f"Volume {VOLUME} could not be found."}},
        headers=((b"location", f"http://h/v2/{PROJECT}/volumes/{VOLUME}".encode()),),
    )
    seen = aliased([CREATED, told])[1]
    assert seen.request.target == b"/v2/<project:1>/volumes/<volume:1>?next=http%3A%2F%2Fh%2F<volume:1>%2F"
    assert seen.response.header(b"location") == b"http://h/v2/<project:1>/volumes/<volume:1>"
    assert json.loads(seen.response.body)["itemNotFound"]["message"] == ("Volume <volume:1> could not be found.")


def test_a_location_teaches_an_id():
    sent = exchange("/v2/p/volumes", headers=((b"location", f"/v2/p/volumes/{VOLUME}".encode()),))
    assert aliased([sent])[0].response.header(b"location") == b"/v2/<project:1>/volumes/<volume:1>"


def test_kinds_are_told_by_the_members_that_hold_them():
    body = {
        "job_id": "70a599e0-31e7-49b7-b260-868f441e862b",
        "entities": {"sub_jobs": [{"job_id": "21917a8d52a19b040152a9f2f2e50041"}]},
        "snapshots": [{"id": OTHER, "volume_id": VOLUME}],
        "volume_ids": [VOLUME],
        "project": {"id": PROJECT},
    }
    assert answers(exchange("/v1/p/jobs/x", answer=body)) == [
        {
            "job_id": "<job:1>",
            "entities": {"sub_jobs": [{"job_id": "<job:2>"}]},
            "snapshots": [{"id": "<snapshot:1>", "volume_id": "<volume:1>"}],
            "volume_ids": ["<volume:1>"],
            "project": {"id": "<project:2>"},
        }
    ]


def test_an_id_that_a_request_named_first_stays_literal():
    missing = exchange(
        f"/v2/{PROJECT}/volumes/{ZERO}",
        answer={"itemNotFound": {"message": f"Volume {ZERO}"}, "volume_id": ZERO},
    )
    seen = aliased([missing])[0]
    assert seen.request.target == f"/v2/<project:1>/volumes/{ZERO}".encode()
    assert seen.response.body == missing.response.body


def test_a_redacted_key_becomes_a_secret_wherever_it_stands_first():
    taken = exchange("/v2/p/os-volume-transfer/x/accept", {"accept": {"auth_key": KEY}}, method="POST")
    made = exchange("/v2/p/os-volume-transfer", answer={"transfer": {"auth_key": KEY}}, method="POST")
    assert json.loads(aliased([taken])[0].request.body) == {"accept": {"auth_key": "<secret:1>"}}
    assert answers(made) == [{"transfer": {"auth_key": "<secret:1>"}}]


def test_a_short_project_id_is_replaced_as_a_segment_or_a_whole_string_only():
    body = {
        "tenant_id": "p1",
        "name": "p1",
        "description": "p1 p1x",
        "metadata": {"k": "p1"},
        "p1": 'a "quoted" p10',
        "links": ["http://h/v2/p1/volumes/p1x", "http://h/p1"],
    }
    seen = aliased([exchange("/v2/p1/volumes?name=p1", {"token": {"project": {"id": "p1"}}}, body)])[0]
    assert seen.request.target == b"/v2/<project:1>/volumes?name=p1"
    assert json.loads(seen.request.body) == {"token": {"project": {"id": "<project:1>"}}}
    assert json.loads(seen.response.body) == {
        "tenant_id": "<project:1>",
        "name": "p1",
        "description": "p1 p1x",
        "metadata": {"k": "p1"},
        "p1": 'a "quoted" p10',
        "links": ["http://h/v2/<project:1>/volumes/p1x", "http://h/<project:1>"],
    }


def test_an_id_inside_a_longer_word_is_left_alone():
    told = exchange("/v2/p/x", answer={"message": f"a{VOLUME}, {VOLUME}0, disk-{VOLUME}-0001"})
    assert answers(CREATED, told)[1] == {"message": f"a{VOLUME}, {VOLUME}0, disk-<volume:1>-0001"}


@pytest.mark.parametrize("target", ["/v3/auth/tokens", "/v3/projects", "/v3/volumes/detail", "/v2/p1", "/"])
def test_a_path_without_a_project_teaches_none(target):
    assert aliased([exchange(target)])[0].request.target == target.encode()


def test_aliases_that_are_there_keep_their_numbers():
    old = exchange("/v2/<project:1>/volumes/<volume:7>", answer={"volume": {"id": "<volume:7>"}})
    new = exchange(f"/v2/{PROJECT}/volumes/x", answer={"volume": {"id": VOLUME}})
    assert aliased([old, new]) == [
        old,
        exchange("/v2/<project:2>/volumes/x", answer={"volume": {"id": "<volume:8>"}}),
    ]


BODIES = st.recursive(
    st.sampled_from([None, 1, "a", "p1", PROJECT, VOLUME, OTHER, ZERO, KEY, VOLUME.upper(), "<volume:3>"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "volume", "job_id", "name", "tenant_id"]), inner, max_size=3)
    ),
    max_leaves=8,
)
TARGETS = st.sampled_from(
    [f"/v2/{PROJECT}/volumes/{VOLUME}", f"/v2/p1/volumes/{OTHER}", f"/v1/p1/jobs/{PROJECT}", "/", "/v2/a%20b/x"]
)


@given(st.lists(st.builds(exchange, TARGETS, BODIES, BODIES), max_size=4))
def test_aliasing_twice_is_aliasing_once(recording):
    once = aliased(recording)
    assert aliased(once) == once


@given(st.binary(), st.binary(), st.binary())
def test_any_bytes_are_taken(target, sent, answer):
    made = Exchange(
        "undocumented", Request("GET", target, (), sent), Response(200, ((b"location", target),), answer), 0, 0
    )
    once = aliased([made])
    assert aliased(once) == once

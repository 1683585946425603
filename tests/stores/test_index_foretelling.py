"""What is foretold equals what would be decided: a player that looks answers up by their words against one that never
does, over one index."""

import json
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.answers import template
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.foretold import LONGEST, answer_of, place_of, read, written
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.journal import Alone
from gateway.cassette.player import Hit, Manner, Miss, Player
from gateway.cassette.repeats import Repeats
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response
from gateway.stores.index_writer import IndexWriter
from gateway.stores.sqlite_index import SqliteIndex
from tests.cassette.recordings import P1, P2
from tests.cassette.test_repeats import MANNERS, Both

OTHER = "c" * 32
DISKS = [f"{number:08x}-0000-4000-8000-{number:012x}" for number in range(4)]


def asking(method, path, project=P1, connection="c1", body=None, token="token-1"):
    headers = ((b"host", b"gateway.test"), *(((b"x-auth-token", token.encode()),) if token else ()))
    raw = b"" if body is None else json.dumps(body).encode()
    return Request(method, path.replace("{p}", project).encode(), headers, raw, "http", connection)


def show(disk):
    return f"/v2/{{p}}/volumes/{DISKS[disk]}"


def disk_of(number, status, project):
    return {"id": DISKS[number], "status": status, "name": "n", "os-vol-tenant-attr:tenant_id": project}


def answered(at, operation, request, body, status=200, took=0.1, credential=CredentialClass.TOKEN):
    answer = Response(status, ((b"content-type", b"application/json"),), json.dumps(body).encode())
    return Exchange(operation, request, answer, float(at), at + took, credential, seq=at + 1)


def exchange_of(at, what, disk, status, project, connection):
    """Return one of the things that clients do to disks that were there before."""
    if what == "list":
        body = {"volumes": [disk_of(each, status, project) for each in range(len(DISKS))]}
        return answered(at, "cinder_list_volumes", asking("GET", "/v2/{p}/volumes/detail", project, connection), body)
    if what == "types":
        body = {"volume_types": [{"name": status}]}
        return answered(at, "cinder_list_volume_types", asking("GET", "/v2/{p}/types", project, connection), body)
    if what == "put":
        body = {"volume": {"description": status}}
        request = asking("PUT", show(disk), project, connection, body)
        return answered(at, "cinder_update_volume", request, {"volume": disk_of(disk, status, project)})
    if what == "anybody":
        request = asking("GET", show(disk), project, connection, token="")
        return answered(at, "cinder_show_volume", request, {}, 401, credential=CredentialClass.NONE)
    request = asking("GET", show(disk), project, connection)
    return answered(at, "cinder_show_volume", request, {"volume": disk_of(disk, status, project)})


WHAT = st.sampled_from(["show", "show", "show", "show", "list", "types", "put", "anybody"])
STATUS = st.sampled_from(["creating", "available"])
RECORDED = st.lists(
    st.tuples(
        st.tuples(WHAT, st.integers(0, 3), STATUS, st.sampled_from([P1, P1, P2]), st.sampled_from(["c1", "c1", "c2"])),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=12,
)
LIVE = st.lists(
    st.tuples(
        WHAT,
        st.integers(0, 3),
        st.sampled_from([P1, P1, OTHER]),
        st.sampled_from(["c1", "x"]),
        st.sampled_from(["token-1", "token-2"]),
        st.sampled_from(["", "", "other"]),
        st.sampled_from([0.01, 1.0, 20.0]),
        st.integers(1, 3),
    ),
    max_size=25,
)


def index_of(exchanges):
    connection = sqlite3.connect("", isolation_level=None)
    IndexWriter(connection, lambda: iter(exchanges), (len(exchanges), b"mac"), CATALOGUE).write()
    return SqliteIndex(connection)


def live_request(what, disk, project, connection, token):
    recorded = exchange_of(0, what, disk, "available", project, connection).request
    path, body = recorded.target.decode(), json.loads(recorded.body) if recorded.body else None
    return asking(recorded.method, path, project, connection, body, "" if what == "anybody" else token)


@settings(deadline=None, max_examples=100)
@given(RECORDED, LIVE, MANNERS, st.booleans())
def test_whatever_was_recorded_and_is_asked_what_is_foretold_is_what_is_decided(recorded, live, manner, keeps):
    steps = [step for step, times in recorded for _ in range(times)]
    exchanges = [exchange_of(at, *each) for at, each in enumerate(steps)]
    index = index_of(exchanges)
    pair = Both(Player(index, manner, repeats=Repeats() if keeps else Repeats(0)), Player(index, manner, Alone()))
    for what, disk, project, connection, token, pair.scope, pair.pace, times in live:
        for _ in range(times):
            pair.answer(live_request(what, disk, project, connection, token))
    assert pair.are_in_one_state()
    index.close()


def told_by(index, path, credential=CredentialClass.TOKEN, project=P1):
    return index.foretold("GET", path.replace("{p}", project).encode(), credential)


def shown(*states, connection="c1"):
    return [exchange_of(at, "show", 1, state, P1, connection) for at, state in enumerate(states)]


def test_reads_of_what_no_write_touched_are_foretold():
    index = index_of(shown("creating", "creating", "available"))
    told = told_by(index, show(1))
    assert [(each.first_at, each.count) for each in told.segments] == [(0, 2), (2, 1)]
    assert (told.begins, sorted(told.answers), told.project) == ((0, 2), [0, 1], "<project:1>")
    index.close()


def test_nothing_is_foretold_of_what_was_written_asked_by_several_or_never():
    put = exchange_of(2, "put", 2, "text", P1, "c1")
    exchanges = [
        *(exchange_of(0, "show", 1, "available", P1, "c1"), exchange_of(1, "show", 2, "available", P1, "c1"), put),
        *(exchange_of(3, "put", 3, "text", P1, "c3"), exchange_of(4, "show", 0, "available", P1, "c1")),
        exchange_of(5, "show", 0, "available", P1, "c3"),
    ]
    listed = [exchange_of(9, "list", 0, "available", P1, "c1")]
    listed += [
        exchange_of(10 + at, *each) for at, each in enumerate([("show", 1, "a", P1, "c1"), ("put", 1, "a", P1, "c1")])
    ]
    index, other = index_of(exchanges), index_of(listed)
    assert told_by(index, show(1)) is not None
    assert told_by(index, show(1), CredentialClass.NONE) is None
    assert told_by(index, show(0)) is None
    assert told_by(other, show(1)) is None
    assert told_by(index, "/v2/{p}/volumes/detail") is None
    assert told_by(index, "/v2/{p}/volumes/detail") is None
    for each in (index, other):
        each.close()


def test_an_id_that_stands_for_another_thing_now_is_not_foretold():
    index = index_of([exchange_of(0, "list", 0, "available", P1, "c1"), *_later(shown("available", "available"))])
    pair = Both(Player(index), Player(index, Manner(), Alone()))
    pair.answer(asking("GET", show(0)))
    live = "0a1b2c3d-0000-4000-8000-000000000001"
    for player in (pair.quick, pair.plain):
        player.learn("", [(DISKS[1], live)])
    for disk in (live, DISKS[1], live):
        pair.answer(asking("GET", f"/v2/{{p}}/volumes/{disk}"))
    assert [type(each) for each in pair.given] == [Miss, Hit, Miss, Hit]
    assert pair.are_in_one_state()
    index.close()


def test_answers_of_one_run_are_told_apart():
    index = index_of(shown("creating", "creating", "creating", "available"))
    pair = Both(Player(index), Player(index, Manner(), Alone()))
    pair.answer(asking("GET", "/v2/{p}/types"))
    for _ in range(5):
        pair.answer(asking("GET", show(1)))
    assert [each.at for each in pair.given[1:]] == [0, 1, 2, 3, 3]
    index.close()


def test_the_index_in_memory_foretells_nothing():
    assert MemoryIndex(shown("available"), CATALOGUE).foretold("GET", b"/", CredentialClass.TOKEN) is None


def test_what_was_foretold_comes_back_as_it_was_written():
    index = index_of([exchange_of(0, "list", 0, "available", P1, "c1"), *_later(shown("creating", "available"))])
    told = told_by(index, show(1))
    assert read(written(told)) == told
    assert {alias for _, alias in told.named} == {"<project:1>", "<volume:2>"}
    index.close()


def test_an_answer_that_would_not_fit_in_a_page_is_left_to_be_looked_up():
    long = exchange_of(0, "show", 1, "a" * LONGEST, P1, "c1")
    short = exchange_of(1, "show", 1, "available", P1, "c1")
    index = index_of([long, short])
    assert sorted(told_by(index, show(1)).answers) == [1]
    player, plain = Player(index), Player(index, Manner(), Alone())
    pair = Both(player, plain)
    for _ in range(3):
        pair.answer(asking("GET", show(1)))
    assert [type(each) for each in pair.given] == [Hit] * 3
    index.close()
    alone = index_of([long])
    assert told_by(alone, show(1)) is None
    alone.close()


@pytest.mark.parametrize("headers", [(), ((b"a", b"b: c"), (b"a", b"")), ((b"x:y", b"1"),), ((b"x", b"1\n2"),)])
def test_any_headers_are_told(headers):
    index = index_of(shown("available"))
    told = told_by(index, show(1))
    index.close()
    whole = Response(200, headers, b"{}")
    found = replace(told, answers={0: answer_of(template(whole, {}, (), issues_token=False))}).answer(0)
    assert (found if isinstance(found, Response) else found.plain) == whole


def test_places_tell_credentials_apart():
    kinds = [CredentialClass.NONE, CredentialClass.TOKEN, CredentialClass.SIGNATURE]
    assert len({place_of("GET", b"/", each) for each in kinds}) == 2


def _later(exchanges):
    return [
        Exchange(
            each.operation, each.request, each.response, each.started_at + 5, each.completed_at + 5, each.credential
        )
        for each in exchanges
    ]

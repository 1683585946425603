"""A token that was refused beside one that was not."""

import pytest

from gateway.cassette import scope as scopes
from gateway.cassette.bearers import REFUSED_NOTE, Standings, bearer, bearer_of
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.http.messages import Request, Response
from tests.cassette.recordings import Client, Recorder, Script, playing

TYPES, DISKS = "/v2/{p}/types", "/v2/{p}/volumes"
OK, REFUSED = Response(200, (), b'{"volume_types": []}'), Response(401, (), b'{"error": "who?"}')


def recording(*steps):
    """Record requests, each as token, path and answer; a token has a connection of its own."""
    recorder = Recorder(Script([answer for _, _, answer in steps]))
    for token, path, _ in steps:
        Client(recorder.answer, token=token, connection=f"of {token}")("GET", path)
    return recorder.exchanges


def asked(played, token, path=TYPES):
    return Client(played.answer, token=token, connection=f"of {token}")("GET", path).status


BOTH = recording(("good", TYPES, OK), ("bad", TYPES, REFUSED), ("good", TYPES, OK))


def test_a_bad_token_that_comes_second_is_refused_however_often_the_good_one_asked_before():
    played = playing(BOTH)
    assert [asked(played, each) for each in ("mine", "mine", "mine", "wrong", "mine", "wrong", "wrong")] == [
        *(200, 200, 200, 401, 200, 401, 401)
    ]


def test_a_bad_token_that_was_recorded_first_may_come_first():
    played = playing(recording(("bad", TYPES, REFUSED), ("good", TYPES, OK)))
    assert [asked(played, each) for each in ("wrong", "mine", "wrong", "mine")] == [401, 200, 401, 200]


def test_a_token_that_is_renewed_after_the_refusal_is_good():
    played = playing(BOTH)
    assert [asked(played, each) for each in ("mine", "wrong", "renewed", "wrong")] == [200, 401, 200, 401]


def test_a_second_run_knows_its_tokens():
    def once(client_of):
        volume = client_of("good").create()
        return volume, client_of("bad")("GET", DISKS).status

    recorder = Recorder()
    once(lambda token: Client(recorder.answer, token=token, connection=token))
    recording = [
        exchange if exchange.operation != "cinder_list_volumes" else _refused(exchange)
        for exchange in recorder.exchanges
    ]
    played = playing(recording)
    runs = [once(lambda token: Client(played.answer, token=token, connection=token)) for _ in range(2)]
    assert ([status for _, status in runs], len({volume for volume, _ in runs})) == ([401, 401], 2)


def _refused(exchange):
    return Exchange(
        exchange.operation,
        exchange.request,
        REFUSED,
        exchange.started_at,
        exchange.completed_at,
        exchange.credential,
        seq=exchange.seq,
    )


def test_what_was_recorded_as_refused_only_answers_a_good_token_with_a_note():
    played = playing(recording(("good", TYPES, OK), ("bad", DISKS, REFUSED)))
    assert [asked(played, "mine"), asked(played, "mine", DISKS)] == [200, 401]
    assert [hit.notes for hit in played.hits] == [(), (REFUSED_NOTE,)]


def test_a_bad_token_gets_nothing_that_a_good_one_got():
    played = playing(recording(("good", TYPES, OK), ("good", DISKS, OK), ("bad", TYPES, REFUSED)))
    assert [asked(played, "mine"), asked(played, "wrong"), asked(played, "wrong", DISKS)] == [200, 401, 424]


def test_a_token_that_was_issued_here_is_good():
    def life(client):
        client.token = ""
        body = {"auth": {"identity": {"methods": ["password"]}, "scope": {"project": {"name": "p"}}}}
        client.token = client("POST", "/v3/auth/tokens", body).response.header(b"x-subject-token").decode()
        return client("GET", TYPES).status

    issued = Response(201, ((b"x-subject-token", b"MII-issued"),), b'{"token": {"project": {"id": "x"}}}')
    recorder = Recorder(Script([REFUSED, issued, OK]))
    assert Client(recorder.answer, token="bad", connection="bad")("GET", TYPES).status == 401
    assert life(Client(recorder.answer)) == 200
    assert life(Client(playing(recorder.exchanges).answer)) == 200


def test_a_token_that_was_refused_once_and_granted_on_the_same_connection_keeps_the_recorded_order():
    played = playing(recording(("mine", TYPES, OK), ("mine", TYPES, REFUSED)))
    assert [asked(played, "mine") for _ in range(3)] == [200, 401, 401]


def test_two_good_tokens_with_different_rights_are_answered_in_recorded_order():
    denied = Response(403, (), b'{"error": "not yours"}')
    played = playing(recording(("admin", TYPES, OK), ("member", TYPES, denied), ("admin", DISKS, OK)))
    assert [asked(played, "one"), asked(played, "other"), asked(played, "one", DISKS)] == [200, 403, 200]


@pytest.mark.parametrize(
    ("statuses", "refused"), [([401], True), ([401, 401], True), ([401, 200], False), ([404, 401], False)]
)
def test_a_connection_is_refused_when_nothing_was_granted_on_it(statuses, refused):
    standings = Standings()
    exchanges = [
        Exchange("x", Request("GET", b"/", connection="c"), Response(status), 0.0, 0.0, CredentialClass.TOKEN)
        for status in statuses
    ]
    for exchange in exchanges:
        standings.note(exchange)
    assert standings.is_refused(exchanges[0]) is refused


def test_what_stands_for_a_token_is_not_the_token():
    def of(*headers):
        return bearer_of(Request("GET", b"/", headers), "seed")

    assert of() == ""
    assert of((b"x-auth-token", b"t")) == bearer(b"t", "seed") != bearer(b"t", "other")
    signed = [(b"authorization", b"SDK-HMAC-SHA256 Access=AK1, Signature=" + each) for each in (b"aa", b"bb")]
    assert of(signed[0]) == of(signed[1]) == bearer(b"AK1", "seed")


def test_tokens_are_remembered_within_bounds(monkeypatch):
    monkeypatch.setattr(scopes, "REMEMBERED_BEARERS", 2)
    played = playing(recording(("good", TYPES, OK)))
    assert [asked(played, token) for token in "abcd"] == [200] * 4
    (scope,) = played.player._scopes.values()
    assert list(scope.bearers) == [bearer(token, "") for token in (b"c", b"d")]

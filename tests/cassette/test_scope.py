"""What a scope remembers: ids of their form, projects as the client sent them, and no more than it may."""

import re
from dataclasses import dataclass

import pytest

from gateway.cassette import scope as module
from gateway.cassette.answers import IdHole, template
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.index import NO_IDS
from gateway.cassette.key import keyed
from gateway.cassette.scope import Identity, Scope
from gateway.http.messages import Request, Response
from tests.cassette.recordings import P1, Client, Recorder, identify, playing, recorded


@dataclass(frozen=True)
class Ids:
    """The real ids of a recording, with their aliases."""

    aliases: dict[str, str]

    def alias_of(self, value):
        return self.aliases.get(value.lower())

    def value_of(self, alias):
        return next((value for value, each in self.aliases.items() if each == alias), None)


IDENTITY = Identity("seed", "name", NO_IDS, ("<project:1>", "<project:2>"), frozenset({"<secret:1>"}))


@pytest.mark.parametrize(
    ("alias", "form"),
    [
        ("<volume:1>", r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("<job:1>", r"[0-9a-f]{32}"),
        ("<project:1>", r"[0-9a-f]{32}"),
        ("<secret:1>", r"[0-9a-f]{16}"),
    ],
)
def test_an_id_has_the_form_of_its_kind(alias, form):
    assert re.fullmatch(form, IDENTITY.value(alias))


def test_ids_differ_by_seed_scope_generation_and_alias():
    def value(seed="s", name="n", generation=0, alias="<volume:1>"):
        return Identity(seed, name, NO_IDS, (), frozenset(), generation).value(alias)

    assert value() == value()
    assert len({value(), value(seed="t"), value(name="m"), value(generation=1), value(alias="<volume:2>")}) == 5


def ask(scope, target, recorded=()):
    request = Request("GET", target.encode())
    return scope.key_of(request, identify(request), CredentialClass.TOKEN, recorded)


def test_projects_are_claimed_in_recorded_order_and_kept_as_sent():
    scope = Scope(IDENTITY)
    assert [ask(scope, f"/v2/{each}/volumes").project for each in ("mine", "other", "mine", "third")] == [
        "<project:1>",
        "<project:2>",
        "<project:1>",
        "third",
    ]


def test_a_project_stands_for_one_that_was_asked_the_same():
    request = Request("GET", b"/v2/%s/volumes" % b"<project:2>")
    known = keyed(request, identify(request), CredentialClass.TOKEN, str, ()).text
    scope = Scope(IDENTITY)
    made = [ask(scope, f"/v2/{each}/volumes", {known}).project for each in ("mine", "other")]
    assert made == ["<project:2>", "<project:1>"]


def test_a_recorded_project_is_itself_whoever_comes_first():
    scope = Scope(Identity("", "", Ids({P1: "<project:2>"}), IDENTITY.projects, frozenset()))
    assert [ask(scope, f"/v2/{each}/volumes").project for each in (P1, "other")] == ["<project:2>", "<project:1>"]


def test_a_project_that_is_no_plain_word_claims_nothing():
    assert ask(Scope(IDENTITY), "/v2/a%22b/volumes").project == 'a"b'


def test_a_project_shown_before_it_was_asked_for_may_still_be_claimed():
    def calls(client, project=None):
        client.token = ""
        body = {"auth": {"identity": {"methods": ["password"]}, "scope": {"project": {"name": "p"}}}}
        shown = client("POST", "/v3/auth/tokens", body).body["token"]["project"]["id"]
        client.token, client.project = "t", project or shown
        return shown, client("GET", "/v2/{p}/volumes").status

    recording = recorded(calls)
    (shown, status), other = calls(Client(playing(recording).answer)), Client(playing(recording).answer)
    assert (len(shown), status, calls(other, "c" * 32)[1]) == (32, 200, 200)


def test_requests_and_connections_are_remembered_within_bounds(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_REQUESTS", 2)
    monkeypatch.setattr(module, "REMEMBERED_CONNECTIONS", 2)

    def calls(client):
        here = f"/v2/{{p}}/volumes/{client.create()}"
        client("GET", here)
        return here

    played = playing(recorded(calls))
    here = calls(Client(played.answer))
    for connection in "vwxyz":
        assert Client(played.answer, connection=connection)("GET", here).status == 200
        assert Client(played.answer)("GET", f"{here}?{connection}").status == 424
    (scope,) = played.player._scopes.values()
    assert (list(scope.actor_of), len(scope._keys) <= 2) == (["y", "z"], True)


def test_an_id_of_the_recording_is_understood_until_another_stands_for_it():
    def calls(client):
        return client.create()

    recorder = Recorder()
    real = calls(Client(recorder.answer))
    played = playing(recorder.exchanges)
    client = Client(played.answer)
    shown = client.create()
    missed = client("GET", f"/v2/{{p}}/volumes/{real}").body
    assert missed["request"]["path.volume_id"] == real
    assert client("GET", f"/v2/{{p}}/volumes/{shown}").body["request"]["path.volume_id"] == "<volume:1>"
    fresh = Client(playing(recorder.exchanges).answer)
    assert fresh("GET", f"/v2/{{p}}/volumes/{real}").body["request"]["path.volume_id"] == "<volume:1>"


def test_real_ids_are_presented_but_for_secrets():
    real = Ids({"real-volume": "<volume:1>", "redacted": "<secret:1>", "mine": "<project:1>"})
    scope = Scope(Identity("", "", real, ("<project:1>",), frozenset()))
    scope.present({"volume", "project"})
    assert [scope.fill(IdHole(each)) for each in ("<volume:1>", "<project:1>")] == [b"real-volume", b"mine"]
    assert len(scope.fill(IdHole("<secret:1>"))) == 16
    assert ask(scope, "/v2/other/volumes").project == "other"


def test_ids_inside_a_text_are_resolved_in_any_case_and_others_left():
    volume, other = "591ac654-26d8-41be-bb77-4f90699d2d41", "0b549095-4937-4849-8e4c-52aa027d64f7"
    scope = Scope(Identity("", "", Ids({volume: "<volume:1>"}), (), frozenset()))
    assert scope.resolve(f"http%3A%2F%2F{volume.upper()}/{other}") == f"http%3A%2F%2F<volume:1>/{other}"
    assert scope.resolve(f"disk-{volume}x {volume}") == f"disk-{volume}x <volume:1>"


def test_an_answer_is_made_out_again_when_a_client_says_or_learns_something_new(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_ANSWERS", 1)
    scope = Scope(IDENTITY)
    made = [cut(b'{"id": "<volume:%d>", "project": "<project:1>"}' % number) for number in (1, 2)]
    first = scope.answer(1, made[0])
    assert scope.answer(1, made[0]) is first
    scope.answer(2, made[1])
    again = scope.answer(1, made[0])
    assert again == first
    assert again is not first
    ask(scope, "/v2/mine/volumes")
    assert scope.answer(1, made[0]).body == first.body.replace(scope.identity.value("<project:1>").encode(), b"mine")


def test_every_token_is_a_new_one():
    scope = Scope(IDENTITY)
    token = cut(b"{}", issues_token=True)
    assert scope.answer(1, token) != scope.answer(1, token)


def cut(body, issues_token=False):
    return template(Response(201, (), body), {}, (), issues_token)

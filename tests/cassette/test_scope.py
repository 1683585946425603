"""What a scope remembers: ids of their form, projects as the client sent them, and no more than it may."""

from dataclasses import dataclass

from gateway.cassette import scope as scopes
from gateway.cassette.events import Learnt, Missed, Presented
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import NO_IDS
from gateway.cassette.key import keyed
from gateway.cassette.reading import Identity, Reading
from gateway.cassette.scope import Scope
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request
from tests.cassette.recordings import P1, Client, Recorder, identify, playing, recorded


@dataclass(frozen=True)
class Ids:
    """The real ids of a recording, with their aliases."""

    aliases: dict[str, str]

    def alias_of(self, value):
        return self.aliases.get(value.lower())

    def value_of(self, alias):
        return next((value for value, each in self.aliases.items() if each == alias), None)


EMPTY = MemoryIndex([], CATALOGUE)
IDENTITY = Identity("seed", "name", NO_IDS, ("<project:1>", "<project:2>"), frozenset({"<secret:1>"}))


def ask(scope, target, recorded=()):
    """Return the key of a request; what it made known stays so."""
    request = Request("GET", target.encode())
    made, known = scope.key_of(request, identify(request), CredentialClass.TOKEN, recorded)
    scope.apply(Missed(0.0, known, {}), EMPTY)
    return made


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
    monkeypatch.setattr(scopes, "REMEMBERED_REQUESTS", 2)
    monkeypatch.setattr(scopes, "REMEMBERED_CONNECTIONS", 2)

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


def test_an_id_of_the_recording_is_understood_and_shown_from_then_on():
    recorder = Recorder()
    real = Client(recorder.answer).create()
    client = Client(playing(recorder.exchanges).answer)
    shown = client.create()
    asked = [client("GET", f"/v2/{{p}}/volumes/{each}").body["request"]["path.volume_id"] for each in (shown, real)]
    assert (shown != real, asked) == (True, ["<volume:1>", "<volume:1>"])


def test_a_real_id_that_another_value_was_told_to_be_is_a_stranger():
    scope = Scope(Identity("", "", Ids({P1: "<project:1>"}), ("<project:1>",), frozenset()))
    scope.ids.know((("<project:1>", "mine"),))
    assert [Reading(scope.ids).resolve(each) for each in (P1, "mine")] == [P1, "<project:1>"]


def test_real_ids_are_presented_but_for_secrets_and_projects():
    real = Ids({"real-volume": "<volume:1>", "redacted": "<secret:1>", "mine": "<project:1>"})
    scope = Scope(Identity("", "", real, ("<project:1>",), frozenset()))
    scope.apply(Presented(), EMPTY)
    shown = [scope.ids.value(each) for each in ("<volume:1>", "<volume:2>", "<project:1>", "<secret:1>")]
    mint = scope.ids.mint
    assert shown == ["real-volume", *map(mint.value, ("<volume:2>", "<project:1>", "<secret:1>"))]


def test_where_projects_are_real_each_stands_for_itself_only():
    scope = Scope(Identity("", "", Ids({P1: "<project:1>"}), ("<project:1>",), frozenset()))
    scope.ids.presented = frozenset({"project"})
    assert [ask(scope, f"/v2/{each}/volumes").project for each in ("other", P1)] == ["other", "<project:1>"]


def test_ids_inside_a_text_are_resolved_in_any_case_and_others_left():
    volume, other = "591ac654-26d8-41be-bb77-4f90699d2d41", "0b549095-4937-4849-8e4c-52aa027d64f7"
    scope = Scope(Identity("", "", Ids({volume: "<volume:1>"}), (), frozenset()))
    texts = [f"http%3A%2F%2F{volume.upper()}/{other}", f"disk-{volume}x {volume}"]
    resolved = [f"http%3A%2F%2F<volume:1>/{other}", f"disk-{volume}x <volume:1>"]
    texts.append(f"/{scope.ids.mint.value('<job:1>')}/")
    resolved.append("/<job:1>/")
    assert [Reading(scope.ids).resolve(text) for text in texts] == resolved


def test_ids_told_live_stand_for_what_was_shown_and_the_first_one_stays():
    scope = Scope(IDENTITY)
    shown = scope.ids.mint.value("<volume:1>")
    first, second = "591ac654-26d8-41be-bb77-4f90699d2d41", "0b549095-4937-4849-8e4c-52aa027d64f7"
    scope.apply(Learnt(((shown, first), (shown, second), ("no id", second))), EMPTY)
    assert [scope.ids.alias(each) for each in (first, second)] == ["<volume:1>", None]
    other = scope.ids.mint.value("<volume:2>")
    scope.apply(Learnt(((other, first),)), EMPTY)
    assert (scope.ids.alias(first), scope.ids.value("<volume:2>")) == ("<volume:1>", other)


def test_only_ids_of_things_that_were_given_out_are_issued():
    real = "591ac654-26d8-41be-bb77-4f90699d2d41"
    scope = Scope(Identity("", "", Ids({real: "<volume:3>"}), (), frozenset()))
    values = [scope.ids.mint.value(alias) for alias in ("<volume:1>", "<job:1>", "<project:1>")]
    scope.ids.know((("<volume:3>", real),))
    assert [scope.ids.is_issued(each) for each in (*values, real, "x")] == [True, True, False, False, False]


def test_of_ids_that_a_client_named_itself_only_the_numbers_are_kept():
    real, live = "591ac654-26d8-41be-bb77-4f90699d2d41", "0b549095-4937-4849-8e4c-52aa027d64f7"
    scope = Scope(Identity("", "", Ids({real: "<volume:3>"}), (), frozenset()))
    scope.ids.know((("<volume:3>", real),))
    twin = scope.twin(EMPTY)
    for each in (scope, twin):
        assert (each.ids.values, each.ids.aliases, each.ids.value("<volume:3>")) == ({}, {}, real)
        assert [each.ids.alias(value) for value in (real, real.upper(), live, "x")] == ["<volume:3>"] * 2 + [None] * 2
    scope.ids.know((("<volume:3>", live),))
    assert scope.ids.value("<volume:3>") == live
    assert [scope.ids.alias(value) for value in (real, live)] == ["<volume:3>"] * 2
    assert twin.ids.value("<volume:4>") == twin.ids.mint.value("<volume:4>")


def test_a_key_that_was_worked_out_stays_when_an_id_is_named_and_goes_when_a_project_is():
    real, target = "591ac654-26d8-41be-bb77-4f90699d2d41", b"/v2/%s/volumes" % P1.encode()
    scope = Scope(Identity("", "", Ids({P1: "<project:1>", real: "<volume:3>"}), ("<project:1>",), frozenset()))
    first, second = ask(scope, target.decode()), ask(scope, target.decode())
    assert ask(scope, f"/v2/{P1}/volumes/{real}").target == "<volume:3>"
    assert ask(scope, target.decode()) is second
    assert first == second
    scope.apply(Missed(0.0, (("<project:1>", "mine"),), {}), EMPTY)
    assert ask(scope, target.decode()) is not second

"""What is kept to be given again equals what would be decided: the quick player against one that keeps nothing."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.clock import Tempo
from gateway.cassette.credentials import credential_class
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.journal import Alone
from gateway.cassette.player import Hit, Manner, Player
from gateway.cassette.progress import Position, Progress
from gateway.cassette.repeats import MOST_REPEATS, Repeat, Repeats, Settled
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response
from tests.cassette.recordings import P1, P2, Client, Recorder, identify, recorded
from tests.cassette.test_replay_property import ACTS, Life, steps_of

READS = ("show", "show", "list", "quota", "snaps", "tags", "by_name", "find", "job")
SCOPES = st.sampled_from(["", "", "other"])
MANNERS = st.builds(
    Manner,
    st.just(""),
    st.builds(Tempo, st.sampled_from(Progress), st.just({}), st.integers(1, 2), st.sampled_from([1.0, 3.0])),
    st.sampled_from(Times),
)


@dataclass
class Both:
    """Answers from two players of one recording, and holds them together."""

    quick: Player
    plain: Player
    scope: str = ""
    now: float = 0.0
    pace: float = 1.0
    given: list[object] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        self.now += self.pace
        asked = (self.scope, request, identify(request), credential_class(request), self.now)
        quick, plain = self.quick.play(*asked), self.plain.play(*asked)
        assert quick == plain
        self.given.append(quick)
        return quick.response if isinstance(quick, Hit) else Response(424, (), json.dumps(quick.report).encode())

    def are_in_one_state(self) -> bool:
        quick, plain = ({n: s.document() for n, s in each._scopes.items()} for each in (self.quick, self.plain))
        return quick == plain and list(quick) == list(plain) and self.quick.overall() == self.plain.overall()


def both(exchanges, manner=None, repeats=None) -> Both:
    index = MemoryIndex(exchanges, CATALOGUE)
    return Both(Player(index, manner, repeats=repeats), Player(index, manner, Alone()))


RECORDED = steps_of(*ACTS, "create", *READS)
LIVE = st.lists(
    st.tuples(
        st.tuples(
            st.integers(0, 1), st.sampled_from((*ACTS, *READS)), st.integers(0, 4), st.sampled_from(["one", "x"])
        ),
        st.integers(1, 4),
        SCOPES,
        st.sampled_from([0.25, 1.0, 20.0]),
    ),
    max_size=15,
)


@settings(deadline=None, max_examples=100)
@given(RECORDED, LIVE, MANNERS, st.sampled_from([None, 20_000]))
def test_whatever_is_asked_how_often_the_answers_are_those_of_a_player_that_keeps_nothing(steps, live, manner, room):
    recorder = Recorder()
    life = Life(recorder.answer, (P1, P2), "recorded")
    for step in steps:
        life.step(*step)
    pair = both(recorder.exchanges, manner, None if room is None else Repeats(room))
    again = Life(pair.answer, (P1, "b" * 32), "other", ("x", "y"))
    for step, times, scope, pace in [*((step, 2, "", 1.0) for step in steps), *live]:
        pair.scope, pair.pace = scope, pace
        for _ in range(times):
            again.step(*step)
    assert pair.are_in_one_state()


def polled(client: Client):
    volume = client.create("disk")
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    return volume


def kept(pair: Both) -> int:
    return len(pair.quick._repeats.of)


def test_an_answer_that_stays_is_kept_and_given_as_the_same_object():
    pair = both(recorded(polled))
    volume = polled(Client(pair.answer, P2))
    one, other = (pair.quick.play("", *asked) for asked in [_shown(volume, pair.now + late) for late in (1, 2)])
    assert one is other
    assert kept(pair) >= 1


def test_another_epoch_connection_token_or_credential_is_not_answered_from_what_was_kept():
    pair = both(recorded(polled))
    client = Client(pair.answer, P2)
    here = f"/v2/{{p}}/volumes/{polled(client)}"
    for change in ({"token": "token-2"}, {"connection": "c2"}, {"token": ""}, {"project": P1}):
        for name, value in change.items():
            setattr(client, name, value)
        client("GET", here)
        client("GET", here)
    assert pair.are_in_one_state()


def test_what_a_scope_learns_is_shown_at_once():
    pair = both(recorded(polled))
    client = Client(pair.answer, P2)
    here = f"/v2/{{p}}/volumes/{polled(client)}"
    before = client("GET", here).body
    for player in (pair.quick, pair.plain):
        player.learn("", [(before["volume"]["id"], "0a1b2c3d-0000-4000-8000-000000000001")])
    assert client("GET", here).body["volume"]["id"] == "0a1b2c3d-0000-4000-8000-000000000001"
    for player in (pair.quick, pair.plain):
        player.rewind("")
    assert client("GET", here).status == 424


def test_an_id_that_a_client_names_itself_is_shown_so_from_then_on():
    def listed(client: Client):
        volume = polled(client)
        assert [each["id"] for each in client("GET", "/v2/{p}/volumes").body["volumes"]] == [volume]
        return volume

    recorder = Recorder()
    real = listed(Client(recorder.answer))
    pair = both(recorder.exchanges)
    client = Client(pair.answer, P2)
    made = listed(client)
    shown = [client("GET", "/v2/{p}/volumes").body["volumes"][0]["id"] for _ in range(2)]
    assert client("GET", f"/v2/{{p}}/volumes/{real}").status == 200
    shown += [client("GET", "/v2/{p}/volumes").body["volumes"][0]["id"] for _ in range(2)]
    assert shown == [made, made, real, real]


@pytest.mark.parametrize("change", [Player.rewind, Player.forget])
def test_a_scope_that_begins_anew_is_given_nothing_of_before(change):
    pair = both(recorded(polled))
    client = Client(pair.answer, P2)
    here = f"/v2/{{p}}/volumes/{polled(client)}"
    client("GET", here)
    for player in (pair.quick, pair.plain):
        change(player, "")
    polled(client)
    client("GET", here)
    assert pair.are_in_one_state()


def test_a_place_is_held_by_who_has_come_there():
    counted, uncounted = Settled(7, 2, 3, None, 0.0), Settled(7, None, 0, None, 0.0)
    assert [counted.holds(each) for each in (None, Position(1, 9), Position(2, 2), Position(2, 3))] == [
        *(False, False, False),
        True,
    ]
    assert [uncounted.holds(each) for each in (None, Position(0, 1))] == [True, False]


def repeat(size: int) -> Repeat:
    answer = Hit(Response(200, (), bytes(size)), "key", 1)
    return Repeat(answer, CredentialClass.TOKEN, Settled(0, None, 0, None, 0.0), None, False, False)


def asked(number: int):
    return "epoch", "GET", b"/%d" % number, b"", "", None


def test_what_is_kept_takes_no_more_room_than_it_has():
    repeats = Repeats(10_000)
    repeats.keep(asked(0), repeat(20_000))
    assert repeats.of == {}
    for number in range(3):
        repeats.keep(asked(number), repeat(3_000))
    assert list(repeats.of) == [asked(2)]


def test_so_many_are_kept_at_most():
    repeats = Repeats(1 << 40)
    for number in range(MOST_REPEATS + 1):
        repeats.keep(asked(number), repeat(1))
    assert list(repeats.of) == [asked(MOST_REPEATS)]


def _shown(volume: str, at: float):
    request = Request(
        "GET", f"/v2/{P2}/volumes/{volume}".encode(), ((b"host", b"gateway.test"), (b"x-auth-token", b"token-1"))
    )
    return request, identify(request), CredentialClass.TOKEN, at

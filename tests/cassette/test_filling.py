"""Answers made out to the client of a scope."""

import pytest

from gateway.cassette import filling as module
from gateway.cassette.answers import template
from gateway.cassette.events import Missed
from gateway.cassette.filling import Filling, Show, paced
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import NO_IDS
from gateway.cassette.reading import Identity
from gateway.cassette.scope import Scope
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response

EMPTY = MemoryIndex([], CATALOGUE)
DATE = b"Mon, 15 Feb 2016 08:00:00 GMT"
# 2016-02-15T08:00:00Z
RECORDED_AT = 1_455_523_200.0


def scope():
    return Scope(Identity("seed", "name", NO_IDS, ("<project:1>",), frozenset()))


def cut(body, headers=(), issues_token=False):
    return template(Response(201, headers, body), {}, (), issues_token, RECORDED_AT)


def shown(made, show=None, began_at=None, at=RECORDED_AT):
    current = scope()
    current.began_at = began_at
    return Filling(current, show or Show(), at, {}).answer(0, made)


def test_an_answer_is_made_out_again_when_a_client_learns_something_new(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_ANSWERS", 1)
    filling = Filling(scope(), Show(), 0.0, {})
    made = [cut(b'{"id": "<volume:%d>", "project": "<project:1>"}' % number) for number in (1, 2)]
    first = filling.answer(1, made[0])
    assert filling.answer(1, made[0]) is first
    filling.answer(2, made[1])
    again = filling.answer(1, made[0])
    assert again == first
    assert again is not first
    before = filling.scope.ids.value("<project:1>").encode()
    filling.scope.apply(Missed(0.0, (("<project:1>", "mine"),), {}), EMPTY)
    assert filling.answer(1, made[0]).body == first.body.replace(before, b"mine")


def test_every_token_is_a_new_one():
    filling, token = Filling(scope(), Show(), 0.0, {}), cut(b"{}", issues_token=True)
    first = filling.answer(1, token)
    filling.scope.tokens += 1
    assert filling.answer(1, token) != first


def test_recorded_times_are_shown_as_they_were():
    made = cut(b'{"created_at": "2016-02-15T08:00:00.5"}', ((b"date", DATE),))
    assert shown(made, at=RECORDED_AT + 99) == Response(
        201, ((b"date", DATE),), b'{"created_at": "2016-02-15T08:00:00.5"}'
    )


def test_shifted_times_count_from_the_beginning_of_the_scope_and_dates_from_the_answer():
    made = cut(b'{"created_at": "2016-02-15T08:00:05.5", "end_time": ""}', ((b"date", DATE),))
    show = Show(Times.SHIFTED, begun_at=RECORDED_AT)
    day = RECORDED_AT + 86_400
    answer = shown(made, show, began_at=day, at=day + 60)
    assert answer.body == b'{"created_at": "2016-02-16T08:00:05.5", "end_time": ""}'
    assert answer.headers == ((b"date", b"Tue, 16 Feb 2016 08:01:00 GMT"),)
    assert (
        shown(cut(b'{"created_at": "2016-02-15T08:00:05"}'), show, at=day).body
        == b'{"created_at": "2016-02-16T08:00:05"}'
    )


def test_a_dated_answer_is_made_out_each_time_where_times_are_shifted():
    made = cut(b"{}", ((b"date", DATE),))
    current, show = scope(), Show(Times.SHIFTED, RECORDED_AT)
    first, second = (Filling(current, show, RECORDED_AT + later, {}).answer(0, made) for later in (0, 60))
    assert first != second


@pytest.mark.parametrize("times", Times)
def test_a_token_is_as_old_as_its_answer_whatever_was_set(times):
    made = cut(b'{"token": {"issued_at": "2016-02-15T08:00:00.0Z", "expires_at": "2016-02-16T08:00:00.000Z"}}')
    body = shown(made, Show(times), at=RECORDED_AT + 3600).body
    assert body == b'{"token": {"issued_at": "2016-02-15T09:00:00.0Z", "expires_at": "2016-02-16T09:00:00.000Z"}}'


@pytest.mark.parametrize(
    ("wait", "speed", "less"),
    [(b"10", 1.0, b"10"), (b"10", 10.0, b"1"), (b"10", 4.0, b"3"), (b"10", 0.5, b"20"), (b"soon", 10.0, b"soon")],
)
def test_waiting_is_as_much_shorter_as_the_replay_is_faster(wait, speed, less):
    assert paced(Response(429, ((b"retry-after", wait),)), speed).header(b"retry-after") == less

"""Sessions of those who look, and logins that failed."""

from __future__ import annotations

import hashlib

import pytest

from gateway.inspector.visitors import FORM_S, SESSION_S, Attempts, Holder, Right, Sessions, Visitor

NOW = 1_795_510_800.0
TOKEN = "a-token-of-twenty-and-more"
BOTH = frozenset(Right)
ALICE = Holder("alice", BOTH, hashlib.sha256(TOKEN.encode()).hexdigest())
BOB = Holder("böb", frozenset({Right.VIEW}), hashlib.sha256(b"another").hexdigest())


def sessions(key: bytes = b"k" * 32) -> Sessions:
    return Sessions([ALICE, BOB], key)


def test_a_token_has_one_holder_and_others_have_none() -> None:
    known = sessions()
    assert (known.holder_of(TOKEN), known.holder_of("another"), known.holder_of("")) == (ALICE, BOB, None)
    assert (known.has_holders, Sessions([], b"k").has_holders) == (True, False)


def test_a_session_says_whose_it_is_until_it_is_over() -> None:
    known = sessions()
    session = known.begin(BOB, NOW, "1")
    visitor = known.visitor_of(session, NOW + SESSION_S - 1)
    assert visitor is not None
    assert visitor == Visitor("böb", frozenset({Right.VIEW}), visitor.form_token, has_session=True)
    assert (visitor.may(Right.VIEW), visitor.may(Right.BODIES)) == (True, False)
    assert known.visitor_of(session, NOW + SESSION_S + 1) is None


def test_a_session_that_was_taken_back_is_none() -> None:
    known = sessions()
    first, second = known.begin(ALICE, NOW, "1"), known.begin(ALICE, NOW, "2")
    known.end(first, NOW)
    assert known.visitor_of(first, NOW) is None
    assert known.visitor_of(second, NOW) is not None
    known.end(second, NOW + 2 * SESSION_S)
    assert known.visitor_of(first, NOW + 2 * SESSION_S) is None


@pytest.mark.parametrize("word", ["", ".", "a.b.c.d", "\udcff.1.2.3", "Ym9i.99999999999.1.deadbeef"])
def test_nothing_that_others_made_is_a_session(word: str) -> None:
    assert sessions().visitor_of(word, NOW) is None


def test_a_session_of_another_process_is_none() -> None:
    assert sessions(b"x" * 32).visitor_of(sessions().begin(ALICE, NOW, "1"), NOW) is None


def test_every_session_has_a_form_token_of_its_own() -> None:
    known = sessions()
    told = {known.visitor_of(known.begin(ALICE, NOW, nonce), NOW) for nonce in "12"}
    assert len({visitor.form_token for visitor in (*told, known.neighbour()) if visitor}) == 3


def test_who_looks_from_this_machine_may_see_everything() -> None:
    neighbour = sessions().neighbour()
    assert neighbour == Visitor("loopback", BOTH, neighbour.form_token)


def test_a_login_form_is_ours_for_an_hour_and_no_session() -> None:
    known = sessions()
    form = known.login_form(NOW)
    assert (known.is_login_form(form, NOW), known.is_login_form(form, NOW + FORM_S + 1)) == (True, False)
    assert known.is_login_form(known.begin(ALICE, NOW, "1"), NOW) is False
    assert known.visitor_of(form, NOW) is None


def test_an_address_waits_after_five_failures_in_a_minute() -> None:
    attempts = Attempts()
    for second in range(5):
        assert attempts.wait_s("10.0.0.7", NOW + second) == 0
        attempts.failed("10.0.0.7", NOW + second)
    assert attempts.wait_s("10.0.0.7", NOW + 5) == 55
    assert attempts.wait_s("10.0.0.8", NOW + 5) == 0
    assert attempts.wait_s("10.0.0.7", NOW + 61) == 0


def test_all_wait_after_fifty_failures_from_anywhere() -> None:
    attempts = Attempts()
    for number in range(50):
        attempts.failed(f"10.0.0.{number}", NOW)
    assert attempts.wait_s("10.0.1.1", NOW) == 60

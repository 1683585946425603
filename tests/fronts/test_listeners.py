from __future__ import annotations

import pytest

from gateway.errors import ListenError
from gateway.fronts.listeners import ANY_PORT, listening
from gateway.fronts.serving import url_of
from gateway.settings import ListenSettings, ScopeSettings, Settings

ANYWHERE = Settings(listen=ListenSettings(public=ANY_PORT, admin=ANY_PORT), scopes=ScopeSettings(count=2))


def test_every_listener_has_an_address_scopes_by_number() -> None:
    with listening(ANYWHERE) as listeners:
        assert listeners.public is not None
        assert listeners.private is not None
        assert listeners.addresses == {
            "public": url_of(listeners.public),
            "admin": url_of(listeners.private),
            "scopes": {"1": url_of(listeners.scopes["1"]), "2": url_of(listeners.scopes["2"])},
        }
        every = list(listeners)
        assert len({listener.getsockname() for listener in every}) == 4
    assert {listener.fileno() for listener in every} == {-1}


def test_without_scopes_none_are_named() -> None:
    with listening(ANYWHERE.model_copy(update={"scopes": ScopeSettings()})) as listeners:
        assert listeners.addresses.keys() == {"public", "admin"}


def test_what_was_bound_before_a_listener_failed_is_closed_again() -> None:
    with listening(ANYWHERE) as listeners:
        assert listeners.public is not None
        taken = url_of(listeners.public).removeprefix("http://")
        twice = ListenSettings(public=ANY_PORT, admin=taken)
        with pytest.raises(ListenError, match="cannot listen there"), listening(Settings(listen=twice)):
            raise AssertionError("never begins")


def test_every_process_has_a_public_socket_of_its_own_and_one_the_private_one() -> None:
    listen = ListenSettings(public=ANY_PORT, admin=ANY_PORT, workers=3)
    with listening(Settings(listen=listen)) as listeners:
        assert listeners.public is not None
        first, second, third = (listeners.of(number) for number in range(3))
        assert first is listeners
        assert (second.public, third.public) == listeners.others
        assert (second.private, third.private) == (None, None)
        assert len({each.fileno() for each in (listeners.public, *listeners.others)}) == 3
        assert {each.getsockname() for each in listeners.others} == {listeners.public.getsockname()}

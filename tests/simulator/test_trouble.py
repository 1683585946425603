import pytest

from gateway.simulator import trouble
from gateway.simulator.trouble import BAD_CREDENTIAL, Trouble, asked_for, lifetime_s


@pytest.mark.parametrize("wanted", list(Trouble))
def test_a_prefix_asks_for_its_trouble(wanted: Trouble) -> None:
    assert asked_for(wanted.value + "x") is wanted


def test_no_name_asks_for_nothing() -> None:
    assert asked_for(None) is Trouble.NONE


@pytest.mark.parametrize("word", [BAD_CREDENTIAL, *(case.value for case in Trouble if case is not Trouble.NONE)])
def test_every_prefix_is_documented(word: str) -> None:
    assert f"{word} " in (trouble.__doc__ or "")


def test_tokens_live_as_long_as_the_user_asks() -> None:
    assert [lifetime_s(user, 99) for user in ("alice", "sim-lives-2-alice", "sim-lives-x-")] == [99, 2, 99]

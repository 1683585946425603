import pytest

from gateway.simulator import trouble
from gateway.simulator.trouble import BAD_CREDENTIAL, Trouble, asked_for


@pytest.mark.parametrize("wanted", list(Trouble))
def test_a_prefix_asks_for_its_trouble(wanted: Trouble) -> None:
    assert asked_for(wanted.value + "x") is wanted


def test_no_name_asks_for_nothing() -> None:
    assert asked_for(None) is Trouble.NONE


@pytest.mark.parametrize("word", [BAD_CREDENTIAL, *(case.value for case in Trouble if case is not Trouble.NONE)])
def test_every_prefix_is_documented(word: str) -> None:
    assert f"{word} " in (trouble.__doc__ or "")

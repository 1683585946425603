"""What brings to the shared store, beside the requests: in its own time, by one process, and told when it cannot."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from gateway.errors import SettingsError, StoreError
from gateway.fronts.shipping import LOCK, Shipping, shipping_of
from gateway.settings import Settings

AWAY = StoreError("postgresql:///evs: away")


class Courier:
    """Answers rounds from a list, then with nothing new. `done` is set when all were asked for."""

    def __init__(self, *rounds: tuple[int, Sequence[str]] | StoreError) -> None:
        self.rounds = deque(rounds)
        self.done = Event()
        self.asked = 0
        self.is_closed = False

    def round(self) -> tuple[int, Sequence[str]]:
        self.asked += 1
        if not self.rounds:
            self.done.set()
            return 0, ()
        found = self.rounds.popleft()
        if isinstance(found, StoreError):
            raise found
        return found

    def close(self) -> None:
        self.is_closed = True


def end(shipping: Shipping) -> None:
    asyncio.run(shipping.close())


def test_it_brings_until_nothing_is_new_and_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    courier = Courier((3, ()), (2, ()), (0, ()))
    shipping = Shipping(courier, tmp_path, 0.001)
    shipping.start()
    assert courier.done.wait(10)
    end(shipping)
    assert (courier.is_closed, shipping.fault(), caplog.records) == (True, None, [])


def test_a_store_that_is_away_is_asked_again_and_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    courier = Courier(AWAY, AWAY, (5, ()))
    shipping = Shipping(courier, tmp_path, 0.001)
    with caplog.at_level(logging.WARNING):
        shipping.start()
        assert courier.done.wait(10)
        end(shipping)
    said = [(each.getMessage(), each.__dict__["fields"]) for each in caplog.records]
    assert said == [
        ("shared store: behind", {"reason": str(AWAY)}),
        ("shared store: caught up", {"taken": 5}),
    ]


def test_what_cannot_be_brought_is_a_fault_as_long_as_it_cannot(tmp_path: Path) -> None:
    courier = Courier((1, ("one", "two")), (0, ("one", "two")))
    shipping = Shipping(courier, tmp_path)
    shipping._bring()
    assert shipping.fault() == "one; two"
    shipping._bring()
    assert shipping.fault() is None
    shipping.start()
    end(shipping)


def test_of_two_on_one_folder_one_brings_and_the_other_takes_over(tmp_path: Path) -> None:
    first, second = Courier(), Courier()
    one, other = Shipping(first, tmp_path, 0.001), Shipping(second, tmp_path, 0.001)
    one.start()
    assert first.done.wait(10)
    other.start()
    assert not second.done.wait(0.05)
    end(one)
    assert second.done.wait(10)
    end(other)


def test_the_end_waits_for_its_turn_but_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.fronts.shipping.LAST_S", 0.1)
    courier, other = Courier(), Courier()
    one, late = Shipping(courier, tmp_path, 0.001), Shipping(other, tmp_path, 0.001)
    one.start()
    assert courier.done.wait(10)
    late.start()
    end(late)
    assert (other.asked, other.is_closed) == (0, True)
    end(one)


def test_a_data_folder_that_takes_no_lock(tmp_path: Path) -> None:
    (tmp_path / LOCK).mkdir()
    with pytest.raises(StoreError, match=rf"{LOCK}: cannot be opened"):
        Shipping(Courier(), tmp_path)


def test_without_a_store_nothing_is_brought() -> None:
    assert shipping_of(Settings()) is None


def test_the_text_form_is_not_shared(tmp_path: Path) -> None:
    cassette = {"mode": "record", "path": tmp_path / "life.cassette"}
    with pytest.raises(SettingsError, match=r"life\.cassette is in the text form; gateways with a store record into"):
        shipping_of(Settings(store="postgresql://evs@/evs", data=tmp_path, cassette=cassette))


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gateway.stores.postgres.couriers", None)
    with pytest.raises(SettingsError, match=r"is missing; pip install 'evs-gateway\[postgres\]'"):
        shipping_of(Settings(store="postgresql://evs@/evs", data=tmp_path))


@pytest.mark.parametrize("sections", [{"audit": {"trail": "on"}}, {"cassette": {"mode": "record"}}])
def test_a_gateway_brings_what_it_keeps(tmp_path: Path, sections: dict[str, dict[str, str]]) -> None:
    settings = Settings(store=f"postgresql://evs@/evs?host={tmp_path}", data=tmp_path, **sections)
    shipping = shipping_of(settings)
    assert shipping is not None
    end(shipping)
    assert "postgresql:///evs: connection is bad" in str(shipping.fault())

"""Policies drawn beside the requests: told once when the store is away, in force again when it is back."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from threading import Event

import pytest

from gateway.errors import PolicyError, SettingsError, StoreError
from gateway.fronts.published import Listening, listening_of
from gateway.settings import Settings

AWAY = StoreError("postgresql:///evs: away")


class Source:
    """Gives numbers, or fails, from a list; then nothing new."""

    def __init__(self, *looks: int | Exception) -> None:
        self._looks = deque(looks)
        self._number = 0
        self.done = Event()
        self.is_closed = False

    def next(self, timeout_s: float) -> int:
        if not self._looks:
            self.done.set()
            return self._number
        found = self._looks.popleft()
        if isinstance(found, Exception):
            raise found
        self._number = found
        return found

    def close(self) -> None:
        self.is_closed = True


def test_each_publication_and_each_outage_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    source = Source(1, 1, AWAY, AWAY, PolicyError("none"), 2)
    with caplog.at_level(logging.INFO):
        listening = Listening(source, 0.001, 0.001)
        assert source.done.wait(10)
        asyncio.run(listening.close())
    assert source.is_closed
    assert [each.__dict__["fields"] for each in caplog.records] == [
        {"publication": 1},
        {"reason": str(AWAY)},
        {"reason": "none"},
        {"publication": 2},
    ]


def test_a_folder_of_the_operator_s_is_not_listened_for() -> None:
    assert listening_of(Settings(store="postgresql://evs@/evs", policies={"path": "policies"})) is None


def test_policies_of_a_store_are_listened_for(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(store="postgresql://evs@127.0.0.1:9/evs", policies={"path": "policies", "source": "store"})
    listening = listening_of(settings)
    assert listening is not None
    asyncio.run(listening.close())
    monkeypatch.setitem(sys.modules, "gateway.stores.postgres.policies", None)
    with pytest.raises(SettingsError, match=r"is missing; pip install 'evs-gateway\[postgres\]'"):
        listening_of(settings)

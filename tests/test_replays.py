"""What the settings of replay mean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gateway.cassette.clock import Tempo
from gateway.cassette.events import Forgotten, Rewound
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Manner
from gateway.cassette.progress import Progress
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import SettingsError, StoreError
from gateway.replays import (
    draw_recording,
    drawn_path,
    is_drawn,
    is_shared,
    journal_of,
    manner_of,
    shared,
    with_published_policies,
)
from gateway.settings import Settings
from gateway.stores.policies import load_policies, read_folder
from gateway.stores.postgres.couriers import Couriers
from gateway.stores.postgres.policies import publish
from gateway.stores.postgres.replay_state import StoreJournal
from gateway.stores.sqlite import write_all
from tests.stores.postgres.fixtures import cluster, store
from tests.stores.sample_exchanges import exchange

__all__ = ["cluster", "store"]
AWAY = "postgresql://evs@127.0.0.1:9/evs"
INDEX = MemoryIndex([], CATALOGUE)


def test_the_manner_is_what_was_set() -> None:
    replay = {
        "progress": "time",
        "progress_by_operation": {"cinder_show_volume": "step"},
        "steps": 2,
        "speed": 10,
        "times": "shifted",
        "seed": "s",
    }
    tempo = Tempo(Progress.TIME, {"cinder_show_volume": Progress.STEP}, 2, 10.0)
    assert manner_of(Settings(replay=replay)) == Manner("s", tempo, Times.SHIFTED)
    assert manner_of(Settings()) == Manner()


def test_a_rule_for_an_operation_that_does_not_exist() -> None:
    with pytest.raises(SettingsError, match=r"replay\.progress_by_operation: unknown operation 'cinder_make_coffee'"):
        manner_of(Settings(replay={"progress_by_operation": {"cinder_make_coffee": "step"}}))


def test_one_process_alone_shares_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    assert (shared(settings), journal_of(settings, "c", INDEX)) == (settings.replay, None)
    assert not settings.data.exists()


def test_workers_share_a_file_of_the_data_folder_and_begin_anew(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", listen={"workers": 2})
    state = tmp_path / "data" / "replay-state.sqlite"
    news = []
    for _ in range(2):
        decided = settings.model_copy(update={"replay": shared(settings)})
        assert decided.replay.state == state
        journal = journal_of(decided, "c", INDEX)
        assert journal is not None
        with journal.turn("a") as turn:
            news.append(list(turn.news))
            turn.append(Rewound())
        journal.close()
    assert news == [[], [Forgotten()]]


def test_the_operator_s_own_file_stays_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, replay={"state": tmp_path / "mine.sqlite"})
    assert shared(settings) == settings.replay
    assert not (tmp_path / "mine.sqlite").exists()
    journal = journal_of(settings, "c", INDEX)
    assert journal is not None
    journal.close()


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="the data folder cannot be created"):
        shared(Settings(data=tmp_path / "file" / "data", listen={"workers": 2}))


def test_another_seed_has_scopes_of_its_own(tmp_path: Path) -> None:
    names = []
    for seed in ("one", "other"):
        journal = journal_of(Settings(replay={"state": tmp_path / "s.sqlite", "seed": seed}), "c", INDEX)
        assert journal is not None
        names.append(list(journal.scopes()))
        with journal.turn(seed):
            pass
        journal.close()
    assert names == [[], []]


@pytest.mark.parametrize(
    ("mode", "modes", "drawn"),
    [
        ("replay", {}, True),
        ("fallback", {}, True),
        ("passthrough", {"cinder_show_volume": "replay"}, True),
        ("passthrough", {}, False),
        ("record", {}, False),
        ("new-episodes", {}, False),
        ("once", {}, False),
        ("verify", {}, False),
        ("replay", {"cinder_show_volume": "record"}, False),
    ],
)
def test_a_recording_is_that_of_all_where_it_is_only_replayed(mode: str, modes: dict[str, str], drawn: bool) -> None:
    settings = Settings(store=AWAY, cassette={"mode": mode, "modes": modes})
    assert (is_drawn(settings), is_drawn(settings.model_copy(update={"store": None}))) == (drawn, False)


def test_gateways_with_a_store_share_their_scopes_there_and_workers_need_no_file(tmp_path: Path) -> None:
    settings = Settings(store=AWAY, data=tmp_path, cassette={"mode": "replay"}, listen={"workers": 2})
    assert (is_shared(settings), shared(settings)) == (True, settings.replay)
    journal = journal_of(settings, "c", INDEX)
    assert isinstance(journal, StoreJournal)
    journal.close()


def test_a_file_for_scopes_comes_before_the_store(tmp_path: Path) -> None:
    replay = {"state": tmp_path / "state.sqlite"}
    journal = journal_of(Settings(store=AWAY, cassette={"mode": "replay"}, replay=replay), "c", INDEX)
    assert journal is not None
    journal.close()
    assert (tmp_path / "state.sqlite").exists()


def test_what_was_drawn_before_is_replayed_while_the_store_is_away(
    tmp_path: Path, store: str, caplog: pytest.LogCaptureFixture
) -> None:
    cassette = {"mode": "replay", "path": tmp_path / "life.sqlite"}
    settings = Settings(store=store, data=tmp_path / "data", cassette=cassette)
    write_all(tmp_path / "life.sqlite", map(exchange, range(3)))
    couriers = Couriers(store, None, "gw", tmp_path / "life.sqlite")
    couriers.round()
    couriers.close()
    draw_recording(settings)
    drawn = drawn_path(settings).read_bytes()
    assert (drawn_path(settings), caplog.messages) == (tmp_path / "data" / "drawn" / "life.sqlite", [])
    draw_recording(settings.model_copy(update={"store": AWAY}))
    (said,) = caplog.messages
    assert said.startswith("shared store: replaying what was drawn before (postgresql://127.0.0.1:9/evs: ")
    assert drawn_path(settings).read_bytes() == drawn


def test_without_the_store_and_anything_drawn_there_is_nothing_to_replay(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^postgresql://127\.0\.0\.1:9/evs: "):
        draw_recording(Settings(store=AWAY, data=tmp_path, cassette={"mode": "replay"}))


def test_nothing_is_drawn_where_nothing_is_shared(tmp_path: Path) -> None:
    draw_recording(Settings(data=tmp_path, cassette={"mode": "replay"}))
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(store=AWAY, data=tmp_path, cassette={"mode": "replay"})
    for module in ("drawing", "replay_state"):
        monkeypatch.setitem(sys.modules, f"gateway.stores.postgres.{module}", None)
    for attempt in (lambda: draw_recording(settings), lambda: journal_of(settings, "c", INDEX)):
        with pytest.raises(SettingsError, match=r"is missing; pip install 'evs-gateway\[postgres\]'"):
            attempt()


def test_published_policies_stay_in_force_while_the_store_is_away(
    tmp_path: Path, store: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(store=store, data=tmp_path, policies={"source": "store"})
    away = settings.model_copy(update={"store": AWAY})
    with pytest.raises(StoreError, match=r"^postgresql://127"):
        with_published_policies(away)
    publish(store, read_folder(Path("policies")))
    drawn = with_published_policies(settings)
    assert drawn.policies.path == tmp_path / "drawn" / "policies"
    assert load_policies(drawn.policies.path).digest == load_policies(Path("policies")).digest
    assert with_published_policies(away).policies == drawn.policies
    (said,) = caplog.messages
    assert said.startswith("shared store: holding to the policies drawn before (postgresql://127.0.0.1:9/evs: ")


def test_policies_of_a_store_need_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_published_policies(Settings()) == Settings()
    with pytest.raises(SettingsError, match=r"policies\.source: policies come from the store; give --store URL"):
        with_published_policies(Settings(policies={"source": "store"}))
    monkeypatch.setitem(sys.modules, "gateway.stores.postgres.policies", None)
    with pytest.raises(SettingsError, match=r"is missing; pip install 'evs-gateway\[postgres\]'"):
        with_published_policies(Settings(store=AWAY, policies={"source": "store"}))

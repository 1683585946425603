"""What the settings of replay mean."""

from __future__ import annotations

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
from gateway.replays import journal_of, manner_of, shared
from gateway.settings import Settings

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

"""What the settings of replay mean: the manner in which a recording is replayed, and who shares its scopes."""

from __future__ import annotations

from pathlib import Path

from gateway.cassette.clock import Tempo
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.cassette.index import Index
from gateway.cassette.player import Manner
from gateway.cassette.progress import Progress
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import SettingsError, StoreError
from gateway.settings import ReplaySettings, Settings
from gateway.stores.replay_state import SharedJournal, begin_anew

REPLAY_STATE = "replay-state.sqlite"


def is_shared(settings: Settings) -> bool:
    """True when more than one process replays for the same clients."""
    return settings.listen.workers > 1 or settings.replay.state is not None


def shared(settings: Settings) -> ReplaySettings:
    """Return the settings of replay with the file in which workers share their scopes. Where the operator names none,
    all scopes begin anew with the gateway.

    Errors: StoreError when the file cannot be written.
    """
    replay = settings.replay
    if not is_shared(settings) or replay.state is not None:
        return replay
    state = data_folder(settings) / REPLAY_STATE
    begin_anew(state)
    return replay.model_copy(update={"state": state})


def journal_of(settings: Settings, cassette: str, index: Index) -> SharedJournal | None:
    """Return the journal that several processes share; one process alone needs none. They share the scopes of one
    recording, replayed with one seed: in another one places and ids mean something else.

    Errors: StoreError when it cannot be opened.
    """
    replay = settings.replay
    if replay.state is None:
        return None
    return SharedJournal(replay.state, f"{cassette} {index.exchanges} {index.begun_at!r} {replay.seed}")


def manner_of(settings: Settings) -> Manner:
    """Return how the recording is replayed. Errors: SettingsError for an operation that does not exist."""
    replay = settings.replay
    unknown = sorted(set(replay.progress_by_operation) - {UNDOCUMENTED, *CATALOGUE.by_id})
    if unknown:
        raise SettingsError(
            f"replay.progress_by_operation: unknown operation {unknown[0]!r}; see `evs-gateway operations`"
        )
    rules = {operation: Progress(name) for operation, name in replay.progress_by_operation.items()}
    return Manner(replay.seed, Tempo(Progress(replay.progress), rules, replay.steps, replay.speed), Times(replay.times))


def data_folder(settings: Settings) -> Path:
    """Return the data folder, made where it is missing. Errors: StoreError when it cannot be."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the data folder cannot be created ({error.strerror})") from error
    return folder

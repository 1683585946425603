"""What the settings of replay mean: the manner in which a recording is replayed, and who shares its scopes."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from gateway.cassette.clock import Tempo
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.cassette.index import Index
from gateway.cassette.journal import Journal
from gateway.cassette.player import Manner
from gateway.cassette.progress import Progress
from gateway.cassette.times import Times
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import SettingsError, StoreError
from gateway.modes import ONCE
from gateway.settings import ReplaySettings, Settings
from gateway.stores.replay_state import SharedJournal, begin_anew

log = logging.getLogger(__name__)

REPLAY_STATE = "replay-state.sqlite"
DRAWN = "drawn"
POLICIES = "policies"
DEFAULT_CASSETTE = "cassette.sqlite"


class SharedScopes(Journal, Protocol):
    """A journal that holds something open."""

    def close(self) -> None: ...


def is_shared(settings: Settings) -> bool:
    """True when more than one process replays for the same clients."""
    return settings.listen.workers > 1 or settings.replay.state is not None or is_drawn(settings)


def is_drawn(settings: Settings) -> bool:
    """True when what is replayed is the recording of all gateways that share a store: one that nobody adds to here."""
    modes = (settings.mode, *settings.modes.values())
    is_one = settings.store is not None and any(mode.plays for mode in modes)
    return is_one and not any(mode.keeps or mode.compares or mode is ONCE for mode in modes)


def drawn_path(settings: Settings) -> Path:
    """Return where the recording of all gateways lies here."""
    return settings.data / DRAWN / recording_name(settings)


def recording_name(settings: Settings) -> str:
    """Return the name by which gateways that share a store know their recording."""
    return (settings.cassette.path or Path(DEFAULT_CASSETTE)).name


def draw_recording(settings: Settings) -> None:
    """Draw the recording of all gateways. Without the store what was drawn before is replayed.

    Errors: StoreError without both, CassetteError when there is no such recording.
    """
    if not is_drawn(settings) or settings.store is None:
        return
    target = drawn_path(settings)
    try:
        from gateway.stores.postgres.drawing import draw

        draw(settings.store, recording_name(settings), target)
    except ImportError as error:
        raise no_library(error) from error
    except StoreError as error:
        if not target.exists():
            raise
        log.warning("shared store: replaying what was drawn before (%s)", error)


def with_published_policies(settings: Settings) -> Settings:
    """Return the settings with the folder into which published policies are drawn, and draw them. Without the store
    those that were drawn before stay in force.

    Errors: SettingsError without a store in the settings, StoreError without one to reach and anything drawn before,
    PolicyError when nothing was published.
    """
    chosen = settings.policies
    if chosen.source != "store":
        return settings
    if settings.store is None:
        raise SettingsError("policies.source: policies come from the store; give --store URL")
    target = settings.data / DRAWN / POLICIES
    try:
        from gateway.stores.postgres.policies import Publications

        drawing = Publications(settings.store, target)
        drawing.next(0)
        drawing.close()
    except ImportError as error:
        raise no_library(error) from error
    except StoreError as error:
        if not target.exists():
            raise
        log.warning("shared store: holding to the policies drawn before (%s)", error)
    return settings.model_copy(update={"policies": chosen.model_copy(update={"path": target})})


def no_library(error: ImportError) -> SettingsError:
    """Return what to say where the library for the shared store is missing."""
    return SettingsError(f"store: {error.name or error} is missing; pip install 'evs-gateway[postgres]'")


def shared(settings: Settings) -> ReplaySettings:
    """Return the settings of replay with the file in which workers share their scopes. Where the operator names none,
    all scopes begin anew with the gateway.

    Errors: StoreError when the file cannot be written.
    """
    replay = settings.replay
    if not is_shared(settings) or replay.state is not None or is_drawn(settings):
        return replay
    state = data_folder(settings) / REPLAY_STATE
    begin_anew(state)
    return replay.model_copy(update={"state": state})


def journal_of(settings: Settings, cassette: str, index: Index) -> SharedScopes | None:
    """Return the journal that several processes share; one process alone needs none. They share the scopes of one
    recording, replayed with one seed: in another one places and ids mean something else.

    Errors: StoreError when it cannot be opened.
    """
    replay = settings.replay
    recording = f"{cassette} {index.exchanges} {index.begun_at!r} {replay.seed}"
    if replay.state is not None:
        return SharedJournal(replay.state, recording)
    if not is_drawn(settings) or settings.store is None:
        return None
    try:
        from gateway.stores.postgres.replay_state import StoreJournal
    except ImportError as error:
        raise no_library(error) from error
    return StoreJournal(settings.store, recording)


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

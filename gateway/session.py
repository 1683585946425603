"""The composition root: the one place that wires settings, stores, player and pipeline together."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.access.authority import Authority
from gateway.access.brokering import Broker
from gateway.access.identity import Identity
from gateway.authorities import authority_of, check_policies
from gateway.cassette.comparing import compare, compare_with_values
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.cassette.index import Index
from gateway.cassette.player import Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import SettingsError
from gateway.faults.declared import ANY
from gateway.faults.overlay import Overlay
from gateway.http.links import Links
from gateway.identities import broker_of, check_identity, identity_of
from gateway.modes import ONCE, ONCE_NEW_KEY, SETTLED, SIMULATE, Mode
from gateway.pipeline import NEUTRAL_URL, Pipeline, Rules
from gateway.replays import (
    DEFAULT_CASSETTE,
    SharedScopes,
    data_folder,
    draw_recording,
    drawn_path,
    is_drawn,
    is_shared,
    journal_of,
    manner_of,
    shared,
    with_published_policies,
)
from gateway.seams import Keeper
from gateway.settings import Settings
from gateway.stores.cassettes import Cassette, cassette_exists, open_cassette
from gateway.stores.indexes import index_of
from gateway.stores.keys import installation_key
from gateway.stores.ledger import Ledger
from gateway.stores.replacing import shadow_of
from gateway.validation import Severities, Severity


@dataclass(slots=True)
class Session:
    """What one process of the gateway runs on: a pipeline, what redacts, the cassette it reads or writes, the player of
    a replay, and who tells principals, if any."""

    pipeline: Pipeline
    redactor: Redactor
    cassette: Cassette | None
    keeper: Keeper | None
    identity: Identity | None = None
    authority: Authority | None = None
    broker: Broker | None = None
    player: Player | None = None
    journal: SharedScopes | None = None
    index: Index | None = None
    overlay: Overlay | None = None

    def writable(self) -> str | None:
        """Return None when records can be kept now, or one sentence about why not."""
        return self.keeper.fault() if self.keeper is not None else None

    def policy_fault(self) -> str | None:
        """Return None when the policies in force are those of the folder, or why they are older."""
        return self.authority.fault if self.authority is not None else None

    def close(self) -> None:
        """Close the cassette; what was answered is already in it."""
        if self.cassette is not None:
            self.cassette.close()
        if self.index is not None:
            self.index.close()
        if self.journal is not None:
            self.journal.close()


def settled(settings: Settings) -> Settings:
    """Return the settings with what depends on the moment decided, once for all processes of a gateway.

    `once` becomes plain replay or plain recording, by whether the cassette exists now.
    Errors: SettingsError for a combination that cannot be run.
    """
    given = settings.cassette
    chosen = {"mode": _settled(given.mode, settings), "modes": _each_settled(given.modes, settings)}
    settings = settings.model_copy(update={"cassette": given.model_copy(update=chosen)})
    modes = (settings.mode, *settings.modes.values())
    _check_workers(settings, modes)
    _check_upstream(settings, modes)
    _check_shadow(settings)
    check_identity(settings)
    settings = with_published_policies(settings)
    check_policies(settings)
    draw_recording(settings)
    replay = shared(settings) if any(mode.plays for mode in modes) else settings.replay
    return settings.model_copy(update={"replay": replay})


def check_names(settings: Settings) -> None:
    """Errors: SettingsError when settings name an operation or a rule that there is not."""
    _rules(settings)
    _overlay(settings)
    manner_of(settings)


def open_session(settings: Settings) -> Session:
    """Open what settled settings ask for.

    Errors: StoreError for the data folder, CassetteError for the cassette, SettingsError for a mode by an operation
    that does not exist.
    """
    rules = _rules(settings)
    modes = (rules.mode, *rules.modes.values())
    keeps = any(mode.keeps for mode in modes)
    plays = any(mode.plays for mode in modes)
    identity, authority, broker = identity_of(settings), authority_of(settings), broker_of(settings)
    key = _key(settings, keeps)
    redactor = Redactor(key)
    ledger = Ledger.of(settings.data, key)
    cassette = open_cassette(cassette_path(settings), keeps, ledger) if keeps or plays else None
    index = index_of(cassette_path(settings), cassette, CATALOGUE) if cassette is not None and plays else None
    journal = journal_of(settings, cassette_path(settings).name, index) if index is not None else None
    player = Player(index, manner_of(settings), journal) if index is not None else None
    overlay = _overlay(settings)
    pipeline = Pipeline(CATALOGUE, rules, redactor, _links(settings), player, identity, broker, authority, overlay)
    keeper = cassette if keeps else None
    return Session(pipeline, redactor, cassette, keeper, identity, authority, broker, player, journal, index, overlay)


def _rules(settings: Settings) -> Rules:
    unknown = sorted(set(settings.modes) - set(CATALOGUE.by_id))
    if unknown:
        raise SettingsError(f"cassette.modes: unknown operation {unknown[0]!r}; see `evs-gateway operations`")
    return Rules(
        mode=_kept(settings.mode, settings),
        modes={name: _kept(mode, settings) for name, mode in settings.modes.items()},
        validation=settings.checks.validation,
        severities=_severities(settings),
        volume_types=settings.checks.volume_types,
        undocumented=settings.undocumented,
        public_url=settings.listen.public_url,
        scopes_by=settings.scopes.by,
        compare=compare_with_values if settings.verify.values else compare,
    )


def _overlay(settings: Settings) -> Overlay | None:
    unknown = sorted({each.operation for each in settings.faults} - {ANY, UNDOCUMENTED, *CATALOGUE.by_id})
    if unknown:
        raise SettingsError(f"faults: unknown operation {unknown[0]!r}; see `evs-gateway operations`")
    return Overlay(settings.faults) if settings.faults else None


def _severities(settings: Settings) -> Severities:
    table = settings.checks.severities
    severities = Severities({name: None if word == "off" else Severity(word) for name, word in table.items()})
    unknown = severities.unknown()
    if unknown:
        raise SettingsError(f"checks.severities: unknown rule {unknown[0]!r}; docs/constraints.md lists them")
    return severities


def _kept(mode: Mode, settings: Settings) -> Mode:
    """The simulator's answers are kept too when a cassette is named, and writes are sent to a sandbox; any other mode
    is what it is."""
    if settings.verify.sandbox:
        mode = replace(mode, spares=False)
    return replace(mode, keeps=True) if mode.name == SIMULATE.name and settings.cassette.path is not None else mode


def _links(settings: Settings) -> Links:
    upstream = settings.upstream
    return Links((NEUTRAL_URL, *(url for url in (upstream.url, upstream.iam_url, *upstream.origins) if url)))


def cassette_path(settings: Settings) -> Path:
    """Return where the cassette of these settings lies, or its shadow while that is recorded."""
    if is_drawn(settings):
        return drawn_path(settings)
    path = settings.cassette.path or settings.data / DEFAULT_CASSETTE
    return shadow_of(path) if settings.mode.shadows else path


def _settled(mode: str, settings: Settings) -> str:
    is_new = SETTLED[mode] is ONCE and not cassette_exists(cassette_path(settings))
    return ONCE_NEW_KEY if is_new else mode


def _each_settled(modes: Mapping[str, str], settings: Settings) -> dict[str, str]:
    return {operation: _settled(mode, settings) for operation, mode in modes.items()}


def _check_workers(settings: Settings, modes: tuple[Mode, ...]) -> None:
    """Refuse what processes could not agree on: a recording that grows while it is replayed, live ids learnt."""
    if is_shared(settings) and any(mode.compares for mode in modes):
        raise SettingsError(
            "listen.workers, replay.state: one process learns the live ids of mode 'verify' and reports what it found; "
            "use 1 worker and no state file"
        )
    plays = any(mode.plays for mode in modes)
    if is_shared(settings) and plays and any(mode.keeps for mode in modes):
        raise SettingsError(
            "listen.workers, replay.state: processes replay one recording together only while nobody adds to it; "
            "use 1 worker and no state file with a mode that replays and records"
        )
    is_one = not is_shared(settings) and not is_drawn(settings)
    if not is_one and settings.scopes.by in ("project", "token") and plays:
        raise SettingsError(
            f"scopes.by: one process knows which {settings.scopes.by} joined which scope; use 1 worker, no state "
            "file and no store, or --scopes N"
        )


def _check_shadow(settings: Settings) -> None:
    path = cassette_path(settings)
    if settings.mode.shadows and cassette_exists(path):
        raise SettingsError(f"{path}: was recorded already; accept it, or remove it and start again")


def _check_upstream(settings: Settings, modes: tuple[Mode, ...]) -> None:
    if settings.upstream.url is None and any(mode.forwards and mode is not SIMULATE for mode in modes):
        raise SettingsError(f"upstream.url: mode {settings.mode.name!r} forwards requests; give --upstream URL")


def _key(settings: Settings, keeps: bool) -> bytes:
    """The key that placeholders are derived with: kept with the data where something is kept, or else forgotten."""
    if not keeps and settings.audit.trail != "on":
        return secrets.token_bytes(32)
    return installation_key(data_folder(settings))

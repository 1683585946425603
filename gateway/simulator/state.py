"""The state of the simulated cloud: what there is, and what will have happened by a given time.

Deterministic: ids come from a seed and a counter, time is an argument. No clock, no task, no socket. Work that takes
time is an entry in a queue of effects; `advance` applies those that are due before anybody looks.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gateway.simulator.mint import Mint
from gateway.simulator.things import Job, Snapshot, Token, Transfer, Volume
from gateway.simulator.times import in_microseconds

Effect = Callable[["State", float], None]

UNLIMITED = -1
# 7.1.9 shows limits of 42790 GB and 10 snapshots; these are roomier, so that a long session meets them by intent.
LIMITS: Mapping[str, int] = MappingProxyType({"volumes": 1000, "gigabytes": 102_400, "snapshots": 1000})


@dataclass(frozen=True, slots=True)
class Rules:
    """How this cloud behaves. `limits` are a project's quotas by name, -1 for none.

    Units: `settle_s` in seconds, how long every change of state takes.
    """

    settle_s: float = 0.5
    seed: str = ""
    limits: Mapping[str, int] = field(default_factory=lambda: LIMITS)


@dataclass(slots=True)
class State:
    """Everything the cloud knows, over all projects, in the order of creation."""

    rules: Rules = field(default_factory=Rules)
    volumes: dict[str, Volume] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    mint: Mint = field(init=False)
    _serial: int = 0
    _due: list[tuple[float, int, Effect]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mint = Mint(self.rules.seed)

    def number(self) -> int:
        """Return the next number in the order of all events."""
        self._serial += 1
        return self._serial

    def later(self, now: float, effect: Effect) -> float:
        """Let the effect happen once the settling time is over, and return when that is."""
        at = now + self.rules.settle_s
        heapq.heappush(self._due, (at, self.number(), effect))
        return at

    def advance(self, now: float) -> None:
        """Apply every effect that is due, in the order of their times."""
        while self._due and self._due[0][0] <= now:
            at, _, effect = heapq.heappop(self._due)
            effect(self, at)

    def project_named(self, name: str) -> str:
        """Return the id of the project of that name, the same one for ever."""
        project = self.mint.named("project", name)
        self.projects.setdefault(project, name)
        return project

    def user_of(self, project: str) -> str:
        """Return the id of the user who acts in a project when no issued token tells."""
        return self.mint.named("user", project)

    def snapshots_of(self, volume_id: str) -> list[Snapshot]:
        return [snapshot for snapshot in self.snapshots.values() if snapshot.volume_id == volume_id]


def keep_volume(state: State, volume: Volume, now: float, **changes: object) -> Volume:
    """Store a disk with changes and the time of the change, and return it."""
    kept = replace(volume, **changes, updated_at=in_microseconds(now))  # type: ignore[arg-type]
    state.volumes[volume.id] = kept
    return kept


def keep_snapshot(state: State, snapshot: Snapshot, now: float, **changes: object) -> Snapshot:
    """Store a snapshot with changes and the time of the change, and return it."""
    kept = replace(snapshot, **changes, updated_at=in_microseconds(now))  # type: ignore[arg-type]
    state.snapshots[snapshot.id] = kept
    return kept


def volume_becomes(volume_id: str, was: str, **changes: object) -> Effect:
    """Return the effect that changes a disk which is still in the status it was in; else it does nothing."""

    def effect(state: State, at: float) -> None:
        volume = state.volumes.get(volume_id)
        if volume and volume.status == was:
            keep_volume(state, volume, at, **changes)

    return effect


def snapshot_becomes(snapshot_id: str, was: str, **changes: object) -> Effect:
    """Return the effect that changes a snapshot which is still in the status it was in; else it does nothing."""

    def effect(state: State, at: float) -> None:
        snapshot = state.snapshots.get(snapshot_id)
        if snapshot and snapshot.status == was:
            keep_snapshot(state, snapshot, at, **changes)

    return effect


def volume_goes(volume_id: str) -> Effect:
    """Return the effect that removes a disk."""

    def effect(state: State, at: float) -> None:
        del at
        state.volumes.pop(volume_id, None)

    return effect


def snapshot_goes(snapshot_id: str) -> Effect:
    """Return the effect that removes a snapshot."""

    def effect(state: State, at: float) -> None:
        del at
        state.snapshots.pop(snapshot_id, None)

    return effect

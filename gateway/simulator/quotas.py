"""What a project uses of its quotas, and whether something more still fits.

Source: 7.1.9; which fault: reference-notes 58.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from gateway.contract.faults import Fault
from gateway.contract.model import Family, JsonObject
from gateway.simulator.faults import QUOTA_EXCEEDED
from gateway.simulator.state import UNLIMITED, State

TYPES = ("SSD", "SAS", "SATA")
COUNTED = ("volumes", "gigabytes", "snapshots")
# 7.1.9, example; a single disk holds at most 32768 GB by 7.1.1.
UNUSED: Mapping[str, int] = MappingProxyType({"backups": 100, "backup_gigabytes": 5120, "per_volume_gigabytes": 32768})


def used(state: State, project: str) -> Counter[str]:
    """Return what a project uses by the name of the quota, in all and by type. Snapshots count as gigabytes too."""
    amounts: Counter[str] = Counter()
    for volume in state.volumes.values():
        if volume.project == project:
            _add(amounts, "volumes", volume.type, volume.size_gb)
    for snapshot in state.snapshots.values():
        if snapshot.project == project:
            _add(amounts, "snapshots", snapshot.type, snapshot.size_gb)
    return amounts


def _add(amounts: Counter[str], what: str, kind: str, size_gb: int) -> None:
    for name, amount in ((what, 1), ("gigabytes", size_gb)):
        amounts[name] += amount
        amounts[f"{name}_{kind}"] += amount


def exceeded(state: State, project: str, family: Family, more: Mapping[str, int]) -> Fault | None:
    """Return the fault of the first quota that would not hold so much more, None when all fits."""
    amounts = used(state, project)
    for name, amount in more.items():
        limit = state.rules.limits.get(name, UNLIMITED)
        if limit != UNLIMITED and amounts[name] + amount > limit:
            return QUOTA_EXCEEDED[family][name]
    return None


def limits(state: State) -> dict[str, int]:
    """Return every quota by name; those by type have none."""
    by_type = {f"{name}_{kind}": UNLIMITED for name in COUNTED for kind in TYPES}
    counted = {name: state.rules.limits.get(name, UNLIMITED) for name in COUNTED}
    return {**counted, **by_type, **UNUSED}


def quota_set(state: State, project: str) -> JsonObject:
    """Return the quotas of a project with their usage. Source: 7.1.9, quota_set."""
    amounts = used(state, project)
    shown: JsonObject = {
        name: {"reserved": 0, "allocated": 0, "limit": limit, "in_use": amounts[name]}
        for name, limit in limits(state).items()
    }
    return {**shown, "id": project}

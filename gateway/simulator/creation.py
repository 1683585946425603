"""Making disks: what is ordered, whether it can be made, and what then comes into being.

Not simulated, and therefore taken as given: every image exists, every backup exists and is of 10 GB.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import Family
from gateway.simulator.calls import Call
from gateway.simulator.faults import BACKUP_SIZE, SNAPSHOT_STATUS, SNAPSHOT_TYPE, UNKNOWN_SOURCE
from gateway.simulator.quotas import TYPES, exceeded
from gateway.simulator.reading import flag, member, pairs, text, whole
from gateway.simulator.state import State, volume_becomes
from gateway.simulator.things import Metadata, Volume
from gateway.simulator.times import in_microseconds
from gateway.simulator.trouble import Trouble, asked_for

ZONE = "az-dc-1"
BACKUP_SIZE_GB = 10
DEFAULT_TYPE = "SAS"
# 7.1.7, example
TYPE_IDS = {
    "SAS": "6c81c680-df58-4512-81e7-ecf66d160638",
    "SATA": "ea6e3c13-aac5-46e0-b280-745ed272e662",
    "SSD": "6f2dee9e-82f0-4be3-ad89-bae605a3d24f",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a request to create disks asks for."""

    family: Family
    name: str | None
    description: str | None
    size_gb: int
    type: str
    zone: str
    metadata: Metadata
    multiattach: bool
    snapshot_id: str | None
    source_id: str | None
    image_id: str | None
    backup_id: str | None
    count: int

    @property
    def gigabytes(self) -> int:
        return self.size_gb * self.count


def order_of(call: Call) -> Order:
    """Return what the request asks for; only a disk from a backup may leave its size open.

    Source: 6.1.1 and 7.1.1, parameters in the volume field.
    """
    asked = call.body("volume")
    return Order(
        family=call.family,
        name=text(asked, "name"),
        description=text(asked, "description"),
        size_gb=whole(asked, "size") or BACKUP_SIZE_GB,
        type=_type_named(text(asked, "volume_type") or DEFAULT_TYPE),
        zone=text(asked, "availability_zone") or ZONE,
        metadata=pairs(member(asked, "metadata")),
        multiattach=flag(asked, "multiattach") or flag(asked, "shareable"),
        snapshot_id=text(asked, "snapshot_id"),
        source_id=text(asked, "source_volid"),
        image_id=text(asked, "imageRef"),
        backup_id=text(asked, "backup_id"),
        count=whole(asked, "count") or 1,
    )


def _type_named(asked: str) -> str:
    """Return a type's name from its name in any case of letters or its id, else what was asked."""
    names = {name: name for name in TYPES} | {type_id.upper(): name for name, type_id in TYPE_IDS.items()}
    return names.get(asked.upper(), asked)


def refused(state: State, project: str, order: Order) -> Fault | None:
    """Return the fault of the first check that the order does not pass."""
    return next((fault for check in _CHECKS if (fault := check(state, project, order))), None)


def _in_the_region(_state: State, _project: str, order: Order) -> Fault | None:
    """The zone and the type must exist."""
    if order.zone != ZONE:
        return faults.AVAILABILITY_ZONE
    return None if order.type in TYPES else faults.VOLUME_TYPE


def _from_a_snapshot(state: State, project: str, order: Order) -> Fault | None:
    """A snapshot must be there, usable, of the same type, and fit into the disk."""
    if order.snapshot_id is None:
        return None
    snapshot = state.snapshots.get(order.snapshot_id)
    if snapshot is None or snapshot.project != project:
        return UNKNOWN_SOURCE[order.family]
    if snapshot.status not in ("available", "backing-up"):
        return SNAPSHOT_STATUS
    if snapshot.type != order.type:
        message = SNAPSHOT_TYPE.message.replace("%s", order.type, 1).replace("%s", snapshot.type, 1)
        return replace(SNAPSHOT_TYPE, message=message)
    return faults.VOLUME_SIZE if order.size_gb < snapshot.size_gb else None


def _from_a_volume(state: State, project: str, order: Order) -> Fault | None:
    """A disk to clone must be there and fit."""
    if order.source_id is None:
        return None
    source = state.volumes.get(order.source_id)
    if source is None or source.project != project:
        return faults.NOT_FOUND
    return faults.VOLUME_SIZE if order.size_gb < source.size_gb else None


def _from_a_backup(_state: State, _project: str, order: Order) -> Fault | None:
    """A backup must fit."""
    return BACKUP_SIZE if order.backup_id and order.size_gb < BACKUP_SIZE_GB else None


def _within_the_quota(state: State, project: str, order: Order) -> Fault | None:
    """The project must have room for them all."""
    return exceeded(state, project, order.family, {"volumes": order.count, "gigabytes": order.gigabytes})


_CHECKS: tuple[Callable[[State, str, Order], Fault | None], ...] = (
    _in_the_region,
    _from_a_snapshot,
    _from_a_volume,
    _from_a_backup,
    _within_the_quota,
)


def names_of(order: Order) -> list[str | None]:
    """Return the names of the disks ordered; several get a number each. Source: 6.1.1, name."""
    if order.count == 1:
        return [order.name]
    return [f"{order.name or ''}-{number:04d}" for number in range(1, order.count + 1)]


def make(state: State, call: Call, order: Order, name: str | None) -> Volume:
    """Put a new disk into the state, creating, and let it become available (or error, when its name asks for it)."""
    snapshot = state.snapshots.get(order.snapshot_id or "")
    parent = state.volumes.get(snapshot.volume_id if snapshot else order.source_id or "")
    volume = Volume(
        id=state.mint.uuid("volume"),
        serial=state.number(),
        project=call.project,
        user=call.user,
        name=name,
        description=order.description,
        status="creating",
        size_gb=order.size_gb,
        type=order.type,
        zone=order.zone,
        created_at=in_microseconds(call.now),
        updated_at=None,
        metadata=_device_type(parent) | dict(order.metadata),
        bootable=bool(order.image_id) or bool(parent and parent.bootable),
        multiattach=order.multiattach,
        snapshot_id=order.snapshot_id,
        source_id=order.source_id,
        image_id=order.image_id or (parent.image_id if parent else None),
    )
    state.volumes[volume.id] = volume
    state.later(call.now, volume_becomes(volume.id, "creating", status=_outcome(name)))
    return volume


def _outcome(name: str | None) -> str:
    return "error" if asked_for(name) is Trouble.CREATING else "available"


def _device_type(parent: Volume | None) -> dict[str, str]:
    """A disk from a snapshot has the device type of the snapshot's source. Source: 7.1.1, note under metadata."""
    inherited = parent.metadata.get("hw:passthrough") if parent else None
    return {} if inherited is None else {"hw:passthrough": inherited}

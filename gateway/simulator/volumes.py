"""Disks: create, show, list, update, delete, in the custom, the Cinder and the v1 manner.

Source: 6.1.1 to 6.1.6, 7.1.1 to 7.1.6, 8.2.1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue
from gateway.simulator.calls import Answer, Call, Handler, Outcome
from gateway.simulator.creation import Order, make, names_of, order_of, refused
from gateway.simulator.faults import SUBMIT_FAILED, VOLUME_ERROR, VOLUME_ERROR_DELETING
from gateway.simulator.jobs import entities_of, new_job, submitted
from gateway.simulator.pages import Predicate, carries, filtered, next_links, ordered, paged
from gateway.simulator.reading import member, pairs, text
from gateway.simulator.state import State, keep_snapshot, keep_volume, snapshot_goes, volume_becomes, volume_goes
from gateway.simulator.things import Job, Volume
from gateway.simulator.trouble import Trouble, asked_for
from gateway.simulator.views import VOLUME_CREATED, Form, volume_view

# EVS.1046
DELETABLE = ("available", "error", "error_extending", "error_restoring", "error_rollbacking")

FILTERS: Mapping[str, Predicate[Volume]] = {
    "name": lambda volume, wanted: volume.name == wanted,
    "status": lambda volume, wanted: volume.status == wanted,
    "availability_zone": lambda volume, wanted: volume.zone == wanted,
    "metadata": lambda volume, wanted: carries(volume.metadata, wanted),
    "id": lambda volume, wanted: volume.id == wanted,
}
SORT_KEYS: Mapping[str, Callable[[Volume], Any]] = {
    "id": lambda volume: volume.id,
    "status": lambda volume: volume.status,
    "size": lambda volume: volume.size_gb,
    "name": lambda volume: volume.name or "",
    "created_at": lambda volume: volume.serial,
}

AboutVolume = Callable[[State, Call, Volume], Outcome]


def found_volume(state: State, call: Call) -> Volume | Fault:
    """Return the disk that the path names, if the project has it."""
    volume = state.volumes.get(call.value("volume_id").lower())
    return volume if volume and volume.project == call.project else faults.NOT_FOUND


def of_volume(handler: AboutVolume) -> Handler:
    """Return the handler that first finds the disk. Errors: 404 to the client."""

    def handle(state: State, call: Call) -> Outcome:
        found = found_volume(state, call)
        return found if isinstance(found, Fault) else handler(state, call, found)

    return handle


def create_volume(state: State, call: Call) -> Outcome:
    """Create one disk and show it, creating."""
    order = order_of(call)
    fault = refused(state, call.project, order)
    if fault:
        return fault
    volume = make(state, call, order, order.name)
    return Answer({"volume": volume_view(volume, call.origin, VOLUME_CREATED)})


def submit_volumes(state: State, call: Call) -> Outcome:
    """Create disks under a job; several are sub-jobs of one batch."""
    order = order_of(call)
    fault = refused(state, call.project, order)
    if fault:
        return fault
    parts = tuple(_submit(state, call, order, name) for name in names_of(order))
    if len(parts) == 1:
        return submitted(parts[0])
    failure = next((part.failure for part in parts if part.failure), None)
    return submitted(new_job(state, call, "batchCreateVolume", {}, failure, parts))


def _submit(state: State, call: Call, order: Order, name: str | None) -> Job:
    trouble = asked_for(name)
    if trouble is Trouble.SUBMITTING:
        return new_job(state, call, "createVolume", {}, SUBMIT_FAILED)
    failure = VOLUME_ERROR if trouble is Trouble.CREATING else None
    return new_job(state, call, "createVolume", entities_of(make(state, call, order, name)), failure)


def show_volume(form: Form) -> Handler:
    """Return the handler that shows one disk in a form."""
    return of_volume(lambda _state, call, volume: Answer({"volume": volume_view(volume, call.origin, form)}))


def list_volumes(form: Form) -> Handler:
    """Return the handler that lists disks in a form, a page at a time."""

    def handle(state: State, call: Call) -> Outcome:
        mine = (volume for volume in state.volumes.values() if volume.project == call.project)
        page = paged(ordered(filtered(mine, call, FILTERS), call, SORT_KEYS), call)
        if isinstance(page, Fault):
            return page
        shown: list[JsonValue] = [volume_view(volume, call.origin, form) for volume in page.items]
        return Answer({"volumes": shown, **next_links("volumes_links", call, page)})

    return handle


def _updated(state: State, call: Call, volume: Volume) -> Volume:
    asked = call.body("volume")
    name = text(asked, "name") if text(asked, "name") is not None else text(asked, "display_name")
    told = text(asked, "description") if text(asked, "description") is not None else text(asked, "display_description")
    return keep_volume(
        state,
        volume,
        call.now,
        name=volume.name if name is None else name,
        description=volume.description if told is None else told,
        metadata=pairs(member(asked, "metadata")) if asked.get("metadata") is not None else volume.metadata,
    )


def update_volume(form: Form) -> Handler:
    """Return the handler that renames a disk and shows it under `volume`; `name` wins over `display_name` (7.1.3)."""
    return of_volume(
        lambda state, call, volume: Answer({"volume": volume_view(_updated(state, call, volume), call.origin, form)})
    )


def update_volume_bare(form: Form) -> Handler:
    """Return the handler that renames a disk and shows it without any envelope (6.1.4)."""
    return of_volume(lambda state, call, volume: Answer(volume_view(_updated(state, call, volume), call.origin, form)))


def _deleted(state: State, call: Call, volume: Volume) -> Fault | None:
    """Let a disk go with its snapshots, unless its status or its snapshots forbid it."""
    snapshots = state.snapshots_of(volume.id)
    if volume.status not in DELETABLE:
        return faults.DELETE_STATUS
    if snapshots and (call.asked("cascade") or "").lower() != "true":
        return faults.VOLUME_STATUS
    for snapshot in snapshots:
        keep_snapshot(state, snapshot, call.now, status="deleting")
        state.later(call.now, snapshot_goes(snapshot.id))
    keep_volume(state, volume, call.now, status="deleting")
    fails = asked_for(volume.name) is Trouble.DELETING
    stays = volume_becomes(volume.id, "deleting", status="error_deleting")
    state.later(call.now, stays if fails else volume_goes(volume.id))
    return None


def delete_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Delete a disk; with `cascade=true` its snapshots too. Errors: EVS.1046 by status, 400 for snapshots left."""
    return _deleted(state, call, volume) or Answer()


def submit_delete(state: State, call: Call, volume: Volume) -> Outcome:
    """Delete a disk under a job."""
    fault = _deleted(state, call, volume)
    if fault:
        return fault
    failure = VOLUME_ERROR_DELETING if asked_for(volume.name) is Trouble.DELETING else None
    return submitted(new_job(state, call, "deleteVolume", entities_of(volume), failure))

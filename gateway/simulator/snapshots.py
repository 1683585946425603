"""Snapshots: create, show, list, update, delete, roll back.

Source: 7.3.1 to 7.3.6 and 6.2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue
from gateway.simulator.calls import Answer, Call, Handler, Outcome
from gateway.simulator.faults import SNAPSHOT_STATUS
from gateway.simulator.pages import Predicate, filtered, next_links, ordered, paged
from gateway.simulator.quotas import exceeded
from gateway.simulator.reading import flag, member, pairs, text
from gateway.simulator.state import (
    State,
    keep_snapshot,
    keep_volume,
    snapshot_becomes,
    snapshot_goes,
    volume_becomes,
)
from gateway.simulator.things import Snapshot, Volume
from gateway.simulator.times import in_microseconds
from gateway.simulator.trouble import Trouble, asked_for
from gateway.simulator.views import SNAPSHOT_DETAIL, Form, snapshot_view

# 7.3.2 and EVS.1047
DELETABLE = ("available", "error")
# 6.2.1
ROLLABLE = ("available", "error_rollbacking")

FILTERS: Mapping[str, Predicate[Snapshot]] = {
    "name": lambda snapshot, wanted: snapshot.name == wanted,
    "status": lambda snapshot, wanted: snapshot.status == wanted,
    "volume_id": lambda snapshot, wanted: snapshot.volume_id == wanted.lower(),
    "id": lambda snapshot, wanted: snapshot.id == wanted,
}
SORT_KEYS: Mapping[str, Callable[[Snapshot], Any]] = {
    "id": lambda snapshot: snapshot.id,
    "status": lambda snapshot: snapshot.status,
    "size": lambda snapshot: snapshot.size_gb,
    "name": lambda snapshot: snapshot.name or "",
    "created_at": lambda snapshot: snapshot.serial,
}

AboutSnapshot = Callable[[State, Call, Snapshot], Outcome]


def found_snapshot(state: State, call: Call) -> Snapshot | Fault:
    """Return the snapshot that the path names, if the project has it."""
    snapshot = state.snapshots.get(call.value("snapshot_id").lower())
    return snapshot if snapshot and snapshot.project == call.project else faults.NOT_FOUND


def of_snapshot(handler: AboutSnapshot) -> Handler:
    """Return the handler that first finds the snapshot. Errors: 404 to the client."""

    def handle(state: State, call: Call) -> Outcome:
        found = found_snapshot(state, call)
        return found if isinstance(found, Fault) else handler(state, call, found)

    return handle


def _source_of(state: State, call: Call, volume_id: str | None) -> Volume | None:
    volume = state.volumes.get((volume_id or "").lower())
    return volume if volume and volume.project == call.project else None


def create_snapshot(state: State, call: Call) -> Outcome:
    """Create a snapshot of a disk at rest, or one being attached when forced. Errors: 404, status, quota."""
    asked = call.body("snapshot")
    volume = _source_of(state, call, text(asked, "volume_id"))
    if volume is None:
        return faults.NOT_FOUND
    if volume.status not in ("available", "in-use", *(("attaching",) if flag(asked, "force") else ())):
        return faults.VOLUME_STATUS
    fault = exceeded(state, call.project, call.family, {"snapshots": 1, "gigabytes": volume.size_gb})
    return fault or Answer({"snapshot": snapshot_view(_make(state, call, volume), SNAPSHOT_DETAIL)})


def _make(state: State, call: Call, volume: Volume) -> Snapshot:
    asked = call.body("snapshot")
    snapshot = Snapshot(
        id=state.mint.uuid("snapshot"),
        serial=state.number(),
        project=call.project,
        volume_id=volume.id,
        name=text(asked, "name"),
        description=text(asked, "description"),
        status="creating",
        size_gb=volume.size_gb,
        type=volume.type,
        created_at=in_microseconds(call.now),
        updated_at=None,
        metadata=pairs(member(asked, "metadata")),
    )
    state.snapshots[snapshot.id] = snapshot
    outcome = "error" if asked_for(snapshot.name) is Trouble.CREATING else "available"
    state.later(call.now, snapshot_becomes(snapshot.id, "creating", status=outcome))
    return snapshot


def show_snapshot(_state: State, _call: Call, snapshot: Snapshot) -> Outcome:
    """Show one snapshot."""
    return Answer({"snapshot": snapshot_view(snapshot, SNAPSHOT_DETAIL)})


def list_snapshots(form: Form) -> Handler:
    """Return the handler that lists snapshots in a form, a page at a time."""

    def handle(state: State, call: Call) -> Outcome:
        mine = (snapshot for snapshot in state.snapshots.values() if snapshot.project == call.project)
        page = paged(ordered(filtered(mine, call, FILTERS), call, SORT_KEYS), call)
        if isinstance(page, Fault):
            return page
        shown: list[JsonValue] = [snapshot_view(snapshot, form) for snapshot in page.items]
        return Answer({"snapshots": shown, **next_links("snapshots_links", call, page)})

    return handle


def update_snapshot(state: State, call: Call, snapshot: Snapshot) -> Outcome:
    """Rename a snapshot and show it."""
    asked = call.body("snapshot")
    name, told = text(asked, "name"), text(asked, "description")
    kept = keep_snapshot(
        state,
        snapshot,
        call.now,
        name=snapshot.name if name is None else name,
        description=snapshot.description if told is None else told,
    )
    return Answer({"snapshot": snapshot_view(kept, SNAPSHOT_DETAIL)})


def delete_snapshot(state: State, call: Call, snapshot: Snapshot) -> Outcome:
    """Delete a snapshot. Errors: EVS.1047 by status."""
    if snapshot.status not in DELETABLE:
        return faults.SNAPSHOT_DELETE_STATUS
    keep_snapshot(state, snapshot, call.now, status="deleting")
    fails = asked_for(snapshot.name) is Trouble.DELETING
    stays = snapshot_becomes(snapshot.id, "deleting", status="error_deleting")
    state.later(call.now, stays if fails else snapshot_goes(snapshot.id))
    return Answer()


def roll_back(state: State, call: Call, snapshot: Snapshot) -> Outcome:
    """Roll a snapshot back to its own disk and no other. Errors: 400 for another disk or a wrong status."""
    volume = _source_of(state, call, text(call.body("rollback"), "volume_id"))
    if volume is None or volume.id != snapshot.volume_id:
        return faults.VOLUME_ID
    if volume.status not in ROLLABLE:
        return faults.VOLUME_STATUS
    if snapshot.status != "available":
        return SNAPSHOT_STATUS
    after = "error_rollbacking" if asked_for(volume.name) is Trouble.ROLLING_BACK else "available"
    keep_volume(state, volume, call.now, status="rollingback")
    keep_snapshot(state, snapshot, call.now, status="rollbacking")
    state.later(call.now, volume_becomes(volume.id, "rollingback", status=after))
    state.later(call.now, snapshot_becomes(snapshot.id, "rollbacking", status="available"))
    return Answer({"rollback": {"volume_id": volume.id}})

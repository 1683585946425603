"""Disk transfers between two projects: the key is shown once, and whoever sends it back gets the disk.

Source: 7.4.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.simulator.calls import Answer, Call, Handler, Outcome
from gateway.simulator.pages import filtered, paged
from gateway.simulator.quotas import exceeded
from gateway.simulator.reading import text
from gateway.simulator.state import State, keep_volume
from gateway.simulator.things import Transfer, Volume
from gateway.simulator.times import in_microseconds
from gateway.simulator.views import TRANSFER_BRIEF, TRANSFER_CREATED, Form, transfer_view

KEY_DIGITS = 16


def of_transfer(handler: Callable[[State, Call, Transfer], Outcome]) -> Handler:
    """Return the handler that first finds the transfer among the project's own. Errors: 404 to the client."""

    def handle(state: State, call: Call) -> Outcome:
        found = state.transfers.get(call.value("transfer_id"))
        mine = found is not None and found.project == call.project
        return handler(state, call, found) if found and mine else faults.NOT_FOUND

    return handle


def create_transfer(state: State, call: Call) -> Outcome:
    """Offer a disk. Errors: 404; 400 unless it is available, without snapshots and no system disk (7.4.1)."""
    asked = call.body("transfer")
    volume = state.volumes.get((text(asked, "volume_id") or "").lower())
    if volume is None or volume.project != call.project:
        return faults.NOT_FOUND
    if not _transferable(state, volume):
        return faults.VOLUME_STATUS
    transfer = Transfer(
        id=state.mint.uuid("transfer"),
        project=call.project,
        volume_id=volume.id,
        name=text(asked, "name"),
        auth_key=state.mint.hexadecimal("auth_key", KEY_DIGITS),
        created_at=in_microseconds(call.now),
    )
    state.transfers[transfer.id] = transfer
    keep_volume(state, volume, call.now, status="awaiting-transfer")
    return _shown(transfer, call, TRANSFER_CREATED)


def _transferable(state: State, volume: Volume) -> bool:
    return volume.status == "available" and not volume.bootable and not state.snapshots_of(volume.id)


def _shown(transfer: Transfer, call: Call, form: Form) -> Answer:
    return Answer({"transfer": transfer_view(transfer, call.origin, call.project, form)})


def accept_transfer(state: State, call: Call) -> Outcome:
    """Take over a disk with the right key. Errors: 404, 400 for a wrong key, 413 when the quota has no room."""
    transfer = state.transfers.get(call.value("transfer_id"))
    if transfer is None:
        return faults.NOT_FOUND
    sent = text(call.body("accept"), "auth_key") or ""
    if not hmac.compare_digest(sent.encode(), transfer.auth_key.encode()):
        return faults.MALFORMED_BODY
    volume = state.volumes[transfer.volume_id]
    more = {"volumes": 1, "gigabytes": volume.size_gb} if volume.project != call.project else {}
    fault = exceeded(state, call.project, call.family, more)
    if fault:
        return fault
    keep_volume(state, volume, call.now, status="available", project=call.project, user=call.user)
    del state.transfers[transfer.id]
    return _shown(transfer, call, TRANSFER_BRIEF)


def show_transfer(form: Form) -> Handler:
    """Return the handler that shows one transfer in a form."""
    return of_transfer(lambda _state, call, transfer: _shown(transfer, call, form))


def delete_transfer(state: State, call: Call, transfer: Transfer) -> Outcome:
    """Take an offer back; the disk is available again."""
    del state.transfers[transfer.id]
    keep_volume(state, state.volumes[transfer.volume_id], call.now, status="available")
    return Answer()


def list_transfers(form: Form) -> Handler:
    """Return the handler that lists the project's transfers in a form, in the order they were made."""

    def handle(state: State, call: Call) -> Outcome:
        mine = (transfer for transfer in state.transfers.values() if transfer.project == call.project)
        page = paged(filtered(mine, call, {}), call)
        if isinstance(page, Fault):
            return page
        shown = [transfer_view(transfer, call.origin, call.project, form) for transfer in page.items]
        return Answer({"transfers": [*shown]})

    return handle

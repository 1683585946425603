"""What is done to a disk by an action: extend, flags, image, attach, detach, reserve.

Source: 6.1.7 and 7.2. Not documented and taken from Cinder: reserving makes a disk `attaching`.
"""

from __future__ import annotations

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.creation import TYPE_IDS
from gateway.simulator.faults import VOLUME_ERROR_EXTENDING
from gateway.simulator.jobs import entities_of, new_job, submitted
from gateway.simulator.quotas import exceeded
from gateway.simulator.reading import flag, text, whole
from gateway.simulator.region import extra_specs
from gateway.simulator.state import State, keep_volume, volume_becomes
from gateway.simulator.things import Attachment, Volume
from gateway.simulator.times import in_microseconds
from gateway.simulator.trouble import Trouble, asked_for

USABLE = ("available", "in-use")


def _extended(state: State, call: Call, volume: Volume) -> Fault | None:
    """Let a disk grow, unless its status, the size or the quota forbids it."""
    size_gb = whole(call.action(), "new_size") or 0
    if volume.multiattach and volume.status != "available":
        return faults.SHARED_EXTEND_STATUS
    if volume.status not in USABLE:
        return faults.EXTEND_STATUS
    if size_gb <= volume.size_gb:
        return faults.NEW_SIZE
    fault = exceeded(state, call.project, call.family, {"gigabytes": size_gb - volume.size_gb})
    if fault:
        return fault
    fails = asked_for(volume.name) is Trouble.EXTENDING
    after = {"status": "error_extending"} if fails else {"status": volume.status, "size_gb": size_gb}
    keep_volume(state, volume, call.now, status="extending")
    state.later(call.now, volume_becomes(volume.id, "extending", **after))
    return None


def extend_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Extend a disk. Errors: EVS.1064 and EVS.1065 by status, EVS.1015 when not greater, quota."""
    return _extended(state, call, volume) or Answer()


def submit_extend(state: State, call: Call, volume: Volume) -> Outcome:
    """Extend a disk under a job."""
    fault = _extended(state, call, volume)
    if fault:
        return fault
    failure = VOLUME_ERROR_EXTENDING if asked_for(volume.name) is Trouble.EXTENDING else None
    entities = entities_of(volume) | {"size": whole(call.action(), "new_size")}
    return submitted(new_job(state, call, "extendVolume", entities, failure))


def set_bootable(state: State, call: Call, volume: Volume) -> Outcome:
    """Set or take away the bootable flag."""
    keep_volume(state, volume, call.now, bootable=flag(call.action(), "bootable"))
    return Answer()


def set_readonly(state: State, call: Call, volume: Volume) -> Outcome:
    """Write the read-only flag into the metadata, where 6.1.4 shows it."""
    readonly = str(flag(call.action(), "readonly"))
    keep_volume(state, volume, call.now, metadata={**volume.metadata, "readonly": readonly})
    return Answer()


def upload_image(state: State, call: Call, volume: Volume) -> Outcome:
    """Export a disk as an image; a disk in use needs force. Source: 7.2.4."""
    asked = call.action()
    if volume.status not in (USABLE if flag(asked, "force") else USABLE[:1]):
        return faults.VOLUME_STATUS
    uploading = keep_volume(state, volume, call.now, status="uploading")
    state.later(call.now, volume_becomes(volume.id, "uploading", status=volume.status))
    return Answer({"os-volume_upload_image": _image(state, uploading, asked)})


def _image(state: State, volume: Volume, asked: JsonObject) -> JsonObject:
    return {
        "status": volume.status,
        "size": volume.size_gb,
        "id": volume.id,
        "image_id": state.mint.uuid("image"),
        "image_name": text(asked, "image_name"),
        "volume_type": _type_of(volume),
        "container_format": text(asked, "container_format") or "bare",
        "disk_format": text(asked, "disk_format") or "zvhd2",
        "display_description": volume.description or "",
        "updated_at": volume.updated_at,
    }


def _type_of(volume: Volume) -> JsonObject:
    """Return the type as 7.2.4 shows it; its times are those of the example."""
    return {
        "description": "None",
        "deleted": False,
        "created_at": "2015-05-24T14:47:22.132268",
        "updated_at": "2017-07-29T11:29:33.730076",
        "extra_specs": extra_specs(volume.type),
        "is_public": True,
        "deleted_at": None,
        "id": TYPE_IDS[volume.type],
        "name": volume.type,
    }


def attach_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Note a disk as attached; a shared disk can be attached again."""
    if volume.status not in ("available", "attaching") and not (volume.multiattach and volume.status == "in-use"):
        return faults.VOLUME_STATUS
    asked = call.action()
    attachment = Attachment(
        id=state.mint.uuid("attachment"),
        server_id=text(asked, "instance_uuid") or "",
        host_name=text(asked, "host_name"),
        device=text(asked, "mountpoint"),
        attached_at=in_microseconds(call.now),
    )
    mode = {"attached_mode": text(asked, "mode") or "rw"}
    attachments = (*volume.attachments, attachment)
    keep_volume(state, volume, call.now, status="in-use", attachments=attachments, metadata={**volume.metadata, **mode})
    return Answer()


def detach_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Take away the attachment named, or all of them when none is named (reference-notes 14)."""
    if volume.status != "in-use":
        return faults.VOLUME_STATUS
    named = text(call.action(), "attachment_id")
    if named and named not in {attachment.id for attachment in volume.attachments}:
        return faults.NOT_FOUND
    left = tuple(attachment for attachment in volume.attachments if named and attachment.id != named)
    metadata = {key: value for key, value in volume.metadata.items() if key != "attached_mode" or left}
    status = "in-use" if left else "available"
    keep_volume(state, volume, call.now, status=status, attachments=left, metadata=metadata)
    return Answer()


def reserve_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Reserve an available disk."""
    if volume.status != "available":
        return faults.VOLUME_STATUS
    keep_volume(state, volume, call.now, status="attaching")
    return Answer()


def unreserve_volume(state: State, call: Call, volume: Volume) -> Outcome:
    """Give a reserved disk free again."""
    if volume.status != "attaching":
        return faults.VOLUME_STATUS
    keep_volume(state, volume, call.now, status="available")
    return Answer()

"""How disks and snapshots are shown: everything there is to say, and which of it each section's response says.

Source: the response tables of the sections named beside each form.
"""

from __future__ import annotations

from urllib.parse import quote

from gateway.contract.model import JsonObject, JsonValue
from gateway.simulator.things import Attachment, Snapshot, Transfer, Volume

# 7.1.4 and 6.1.6
VOLUME_BRIEF = ("id", "links", "name")
# 7.1.1
VOLUME_CREATED = (
    *("attachments", "availability_zone", "bootable", "consistencygroup_id", "created_at", "description", "encrypted"),
    *("id", "links", "metadata", "multiattach", "name", "replication_status", "shareable", "size", "snapshot_id"),
    *("source_volid", "status", "updated_at", "user_id", "volume_type"),
)
# 7.1.3
VOLUME_UPDATED = (*VOLUME_CREATED, "storage_cluster_id")
# 7.1.5
VOLUME_DETAIL = (
    *VOLUME_CREATED,
    *("os-vol-host-attr:host", "os-vol-mig-status-attr:migstat", "os-vol-mig-status-attr:name_id"),
    *("os-vol-tenant-attr:tenant_id", "os-volume-replication:extended_status", "volume_image_metadata"),
)
# 7.1.6
VOLUME_SHOWN = (*VOLUME_DETAIL, "storage_cluster_id")
# 6.1.5, and the list of it that only A.5 names
VOLUME_VENDOR = (*VOLUME_DETAIL, "service_type", "dedicated_storage_id", "dedicated_storage_name", "wwn")
# 6.1.2
VOLUME_CUSTOM = (
    *("id", "links", "name", "status", "attachments", "description", "size", "metadata", "bootable"),
    *("availability_zone", "os-vol-host-attr:host", "source_volid", "snapshot_id", "created_at", "volume_type"),
    *("os-vol-tenant-attr:tenant_id", "volume_image_metadata", "shareable", "multiattach"),
)
# 6.1.4
VOLUME_CUSTOM_UPDATED = (*VOLUME_CUSTOM, "os-volume-replication:extended_status")
# 8.2.1.1
VOLUME_V1 = (
    *("attachments", "availability_zone", "os-vol-host-attr:host", "encrypted", "snapshot_id", "id", "size"),
    *("os-volume-replication:extended_status", "volume_image_metadata", "os-vol-tenant-attr:tenant_id", "metadata"),
    *("os-vol-mig-status-attr:migstat", "os-vol-mig-status-attr:name_id", "status", "display_description"),
    *("source_volid", "display_name", "bootable", "created_at", "volume_type", "multiattach", "shareable"),
)
# 7.3.4
SNAPSHOT_BRIEF = (
    *("created_at", "description", "id", "metadata", "name", "size", "status", "volume_id", "updated_at"),
)
# 7.3.1, 7.3.3, 7.3.5 and 7.3.6
SNAPSHOT_DETAIL = (
    *SNAPSHOT_BRIEF,
    *("os-extended-snapshot-attributes:progress", "os-extended-snapshot-attributes:project_id"),
)
# 7.4.2 and 7.4.5
TRANSFER_BRIEF = ("id", "name", "volume_id", "links")
# 7.4.4 and 7.4.6
TRANSFER_DETAIL = (*TRANSFER_BRIEF, "created_at")
# 7.4.1, the only place where the key is shown
TRANSFER_CREATED = (*TRANSFER_DETAIL, "auth_key")

Form = tuple[str, ...]


def volume_view(volume: Volume, origin: str, form: Form) -> JsonObject:
    """Return a disk in the form of a section."""
    everything = _volume(volume, origin)
    return {name: everything[name] for name in form}


def snapshot_view(snapshot: Snapshot, form: Form) -> JsonObject:
    """Return a snapshot in the form of a section."""
    everything = _snapshot(snapshot)
    return {name: everything[name] for name in form}


def transfer_view(transfer: Transfer, origin: str, project: str, form: Form) -> JsonObject:
    """Return a transfer in the form of a section; the links are those of the project that asks."""
    everything: JsonObject = {
        "id": transfer.id,
        "name": transfer.name,
        "volume_id": transfer.volume_id,
        "created_at": transfer.created_at,
        "auth_key": transfer.auth_key,
        "links": links(origin, f"{project}/os-volume-transfer/{transfer.id}"),
    }
    return {name: everything[name] for name in form}


def links(origin: str, path: str) -> list[JsonValue]:
    """Return the two links of a resource. The bookmark has no version segment."""
    path = quote(path)
    return [
        {"href": f"{origin}/v2/{path}", "rel": "self"},
        {"href": f"{origin}/{path}", "rel": "bookmark"},
    ]


def _volume(volume: Volume, origin: str) -> JsonObject:
    return {
        "id": volume.id,
        "links": links(origin, f"{volume.project}/volumes/{volume.id}"),
        "name": volume.name,
        "display_name": volume.name,
        "description": volume.description,
        "display_description": volume.description,
        "status": volume.status,
        "size": volume.size_gb,
        "volume_type": volume.type,
        "availability_zone": volume.zone,
        "created_at": volume.created_at,
        "updated_at": volume.updated_at,
        "metadata": dict(volume.metadata),
        "attachments": [_attachment(attachment, volume.id) for attachment in volume.attachments],
        "bootable": "true" if volume.bootable else "false",
        "encrypted": False,
        "multiattach": volume.multiattach,
        "shareable": volume.multiattach,
        "snapshot_id": volume.snapshot_id,
        "source_volid": volume.source_id,
        "user_id": volume.user,
        "volume_image_metadata": {"image_id": volume.image_id} if volume.image_id else None,
        "consistencygroup_id": None,
        "replication_status": "disabled",
        "storage_cluster_id": None,
        "service_type": "EVS",
        "dedicated_storage_id": None,
        "dedicated_storage_name": None,
        "wwn": "6888603" + volume.id.replace("-", "")[:25],
        "os-vol-host-attr:host": f"{volume.zone}#{volume.type}",
        "os-vol-mig-status-attr:migstat": None,
        "os-vol-mig-status-attr:name_id": None,
        "os-vol-tenant-attr:tenant_id": volume.project,
        "os-volume-replication:extended_status": None,
    }


def _attachment(attachment: Attachment, volume_id: str) -> JsonObject:
    return {
        "server_id": attachment.server_id,
        "attachment_id": attachment.id,
        "attached_at": attachment.attached_at,
        "host_name": attachment.host_name,
        "volume_id": volume_id,
        "device": attachment.device,
        "id": volume_id,
    }


def _snapshot(snapshot: Snapshot) -> JsonObject:
    return {
        "id": snapshot.id,
        "status": snapshot.status,
        "name": snapshot.name,
        "description": snapshot.description,
        "created_at": snapshot.created_at,
        "updated_at": snapshot.updated_at,
        "metadata": dict(snapshot.metadata),
        "volume_id": snapshot.volume_id,
        "size": snapshot.size_gb,
        "os-extended-snapshot-attributes:progress": "0%" if snapshot.status == "creating" else "100%",
        "os-extended-snapshot-attributes:project_id": snapshot.project,
    }

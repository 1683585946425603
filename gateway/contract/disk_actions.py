"""Actions on a disk: sections 7.2 and 6.1.7. One URL an API; the single body key says which action it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from gateway.contract import faults
from gateway.contract.fields import (
    AttachmentId,
    Body,
    Boolean,
    ContainerFormat,
    DiskFormat,
    Documented,
    EmptyObject,
    HostName,
    ImageName,
    Mode,
    Mountpoint,
    NewSize,
    NewSizeCut,
    OsType,
    ServerId,
)
from gateway.contract.model import Effect, Family, Operation, Resource


class CloudVolumeExtension(Body):
    """Source: 6.1.7, parameter in the os-extend field."""

    new_size: NewSizeCut


class ExtendCloudVolume(Body):
    """Source: 6.1.7, request."""

    os_extend: Annotated[CloudVolumeExtension, Documented(faults.EXTEND_BODY)] = Field(alias="os-extend")


class VolumeExtension(Body):
    """Source: 7.2.1, parameter in the os-extend field."""

    new_size: NewSize


class ExtendVolume(Body):
    """Source: 7.2.1, request."""

    os_extend: VolumeExtension = Field(alias="os-extend")


class Bootable(Body):
    """Source: 7.2.2, parameter in the os-set_bootable field."""

    bootable: Boolean


class SetBootable(Body):
    """Source: 7.2.2, request."""

    os_set_bootable: Bootable = Field(alias="os-set_bootable")


class Readonly(Body):
    """Source: 7.2.3, parameter in the os-update_READONLY_flag field."""

    readonly: Boolean


class SetReadonly(Body):
    """Source: 7.2.3, request. The key is printed in two ways, which are one operation (reference-notes 13)."""

    os_update_readonly_flag: Readonly = Field(
        validation_alias=AliasChoices("os-update_readonly_flag", "os-update_READONLY_flag")
    )


class ImageUpload(Body):
    """Source: 7.2.4, parameters in the os-volume_upload_image field."""

    disk_format: DiskFormat | None = None
    image_name: ImageName
    force: Boolean | None = None
    container_format: ContainerFormat | None = None
    os_type: OsType | None = Field(default=None, alias="__os_type")


class UploadImage(Body):
    """Source: 7.2.4, request."""

    os_volume_upload_image: ImageUpload = Field(alias="os-volume_upload_image")


class Attachment(Body):
    """Source: 7.2.5, parameters in the os-attach field."""

    instance_uuid: ServerId
    mountpoint: Mountpoint
    host_name: HostName | None = None
    mode: Mode | None = None


class AttachVolume(Body):
    """Source: 7.2.5, request."""

    os_attach: Attachment = Field(alias="os-attach")


class Detachment(Body):
    """Source: 7.2.6, parameter in the os-detach field. Always optional (reference-notes 14)."""

    attachment_id: AttachmentId | None = None


class DetachVolume(Body):
    """Source: 7.2.6, request. Null warns (reference-notes 15)."""

    os_detach: Detachment | None = Field(alias="os-detach")


class ReserveVolume(Body):
    """Source: 7.2.7, request."""

    os_reserve: EmptyObject | None = Field(alias="os-reserve")


class UnreserveVolume(Body):
    """Source: 7.2.8, request."""

    os_unreserve: EmptyObject | None = Field(alias="os-unreserve")


OPERATIONS = (
    Operation(
        id="evs_extend_volume",
        section="6.1.7",
        title="Expanding Capacity of an EVS Disk (Deprecated)",
        method="POST",
        path="/v2/{project_id}/cloudvolumes/{volume_id}/action",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.EXTEND,
        actions=("evs:volumes:extend",),
        action_keys=("os-extend",),
        body_key="os-extend",
        request=ExtendCloudVolume,
        deprecated=True,
    ),
    Operation(
        id="cinder_extend_volume",
        section="7.2.1",
        title="Expanding Capacity of an EVS Disk",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.EXTEND,
        actions=("evs:volumes:extend", "evs:volumes:get"),
        action_keys=("os-extend",),
        body_key="os-extend",
        request=ExtendVolume,
    ),
    Operation(
        id="cinder_set_bootable",
        section="7.2.2",
        title="Setting Bootable Flag for an EVS Disk",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update",),
        action_keys=("os-set_bootable",),
        body_key="os-set_bootable",
        request=SetBootable,
    ),
    Operation(
        id="cinder_set_readonly",
        section="7.2.3",
        title="Setting Read-Only Flag for an EVS Disk",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update",),
        action_keys=("os-update_readonly_flag", "os-update_READONLY_flag"),
        body_key="os-update_readonly_flag",
        request=SetReadonly,
    ),
    Operation(
        id="cinder_upload_image",
        section="7.2.4",
        title="Exporting EVS Disk Data as an Image",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:uploadImage",),
        action_keys=("os-volume_upload_image",),
        body_key="os-volume_upload_image",
        request=UploadImage,
    ),
    Operation(
        id="cinder_attach_volume",
        section="7.2.5",
        title="Attaching an EVS Disk (Deprecated)",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:attach", "evs:volumes:get"),
        action_keys=("os-attach",),
        body_key="os-attach",
        request=AttachVolume,
        deprecated=True,
    ),
    Operation(
        id="cinder_detach_volume",
        section="7.2.6",
        title="Detaching an EVS Disk (Deprecated)",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:detach", "evs:volumes:get"),
        action_keys=("os-detach",),
        body_key="os-detach",
        request=DetachVolume,
        deprecated=True,
    ),
    Operation(
        id="cinder_reserve_volume",
        section="7.2.7",
        title="Reserving an EVS Disk (Deprecated)",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:attach",),
        action_keys=("os-reserve",),
        body_key="os-reserve",
        request=ReserveVolume,
        deprecated=True,
    ),
    Operation(
        id="cinder_unreserve_volume",
        section="7.2.8",
        title="Canceling Reservation of an EVS Disk (Deprecated)",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/action",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:attach",),
        action_keys=("os-unreserve",),
        body_key="os-unreserve",
        request=UnreserveVolume,
        deprecated=True,
    ),
)

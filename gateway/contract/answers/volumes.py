"""Disks as the sections of 6.1, 7.1, 7.2.4 and 8.2 show them, each with the members of its own response table."""

from __future__ import annotations

from pydantic import Field

from gateway.contract.answers.types import (
    Answer,
    Id,
    Link,
    MaybeObject,
    MaybePairs,
    MaybeText,
    MaybeTime,
    Pairs,
    Shareable,
    SizeGb,
    Status,
    Text,
    TextFlag,
    Time,
)


class Attachment(Answer):
    """Source: parameters in the attachments field; the values of the only example stand in 6.1.4."""

    server_id: Id
    attachment_id: Id
    attached_at: Time
    host_name: MaybeText
    volume_id: Id
    device: Text
    id: Id


class VolumeBrief(Answer):
    """Source: 6.1.6 and 7.1.4, parameters in the volumes field."""

    id: Id
    links: list[Link]
    name: MaybeText


class Disk(Answer):
    """What every detailed form of a disk has. `shareable` and `multiattach` are not in all examples."""

    id: Id
    status: Status
    attachments: list[Attachment]
    availability_zone: Text
    source_volid: MaybeText
    snapshot_id: MaybeText
    created_at: Time
    volume_type: MaybeText
    size: SizeGb
    bootable: TextFlag
    metadata: MaybePairs
    shareable: Shareable | None = None
    multiattach: bool | None = None


class Place(Answer):
    """Where a disk is and what it was made of."""

    host: MaybeText = Field(alias="os-vol-host-attr:host")
    tenant_id: MaybeText = Field(alias="os-vol-tenant-attr:tenant_id")
    volume_image_metadata: MaybeObject


class Replication(Answer):
    """A reserved member of most forms."""

    extended_status: MaybeText = Field(alias="os-volume-replication:extended_status")


class Migration(Replication):
    """Reserved members of the most detailed forms."""

    migration_status: MaybeText = Field(alias="os-vol-mig-status-attr:migstat")
    migration_name_id: MaybeText = Field(alias="os-vol-mig-status-attr:name_id")


class CloudVolume(VolumeBrief, Disk, Place):
    """Source: 6.1.2, parameters in the volumes field."""

    description: MaybeText


class CloudVolumeUpdated(CloudVolume, Replication):
    """Source: 6.1.4, response: the disk has no envelope here (reference-notes 69)."""


class Upkeep(Answer):
    """Who a disk belongs to and what was last done to it."""

    encrypted: bool
    updated_at: MaybeTime
    user_id: MaybeText
    replication_status: MaybeText


class NewVolume(VolumeBrief, Disk, Upkeep):
    """Source: 7.1.1, parameters in the volumes field."""

    description: MaybeText
    consistencygroup_id: MaybeText


class VolumeUpdated(NewVolume):
    """Source: 7.1.3, parameters in the volumes field. The example has no storage_cluster_id (reference-notes 68)."""

    storage_cluster_id: MaybeText = None


class VolumeDetail(NewVolume, Place, Migration):
    """Source: 7.1.5, parameters in the volumes field."""


class Volume(VolumeDetail):
    """Source: 7.1.6, parameters in the volume field."""

    storage_cluster_id: MaybeText = None


class VendorVolume(VolumeBrief, Disk, Place, Upkeep, Migration):
    """Source: 6.1.5, parameters in the volume field. The group is spelled in two ways (reference-notes 67)."""

    description: MaybeText
    consistency_group_id: MaybeText = None
    consistencygroup_id: MaybeText = None
    service_type: MaybeText = None
    dedicated_storage_id: MaybeText
    dedicated_storage_name: MaybeText
    wwn: MaybeText


class V1Volume(Disk, Place, Migration):
    """Source: 8.2.1.1, parameters in the volume field."""

    display_name: MaybeText
    display_description: MaybeText
    encrypted: bool


class ExtraSpecs(Answer):
    """Source: 7.1.7, 7.1.8 and 7.2.4, parameters in the extra_specs field, whose names differ (reference-notes 70)."""

    volume_backend_name: MaybeText = None
    volume_back_end_name: MaybeText = None
    zone: MaybeText = Field(default=None, alias="availability-zone")
    hardware_zone: MaybeText = Field(default=None, alias="HW:availability_zone")


class ImageVolumeType(Answer):
    """Source: 7.2.4, parameters in the volume_type field. Its specifications are named in two ways, and the text that
    describes it is typed Integer (reference-notes 70)."""

    id: Id
    name: Text
    deleted: bool
    is_public: bool
    extra_specs: ExtraSpecs | None = None
    extra_spec: ExtraSpecs | None = None
    description: MaybeText
    created_at: MaybeTime
    updated_at: MaybeTime
    deleted_at: MaybeTime


class ImageUpload(Answer):
    """Source: 7.2.4, parameters in the os-volume_upload_image field."""

    status: Status
    image_id: Id
    image_name: Text
    volume_type: ImageVolumeType
    container_format: Text
    size: SizeGb
    disk_format: Text
    id: Id
    display_description: MaybeText
    updated_at: MaybeTime


class JobSubmitted(Answer):
    """Source: 6.1.1, 6.1.3 and 6.1.7, response."""

    job_id: Id


class CloudVolumes(Answer):
    """Source: 6.1.2, response."""

    volumes: list[CloudVolume]


class ShownVendorVolume(Answer):
    """Source: 6.1.5, response."""

    volume: VendorVolume


class BriefCloudVolumes(Answer):
    """Source: 6.1.6, response."""

    volumes: list[VolumeBrief]


class CreatedVolume(Answer):
    """Source: 7.1.1, response."""

    volume: NewVolume


class UpdatedVolume(Answer):
    """Source: 7.1.3, response."""

    volume: VolumeUpdated


class BriefVolumes(Answer):
    """Source: 7.1.4, response. Links are there only when something is left to be queried."""

    volumes: list[VolumeBrief]
    volumes_links: list[Link] | None = None


class Volumes(Answer):
    """Source: 7.1.5, response."""

    volumes: list[VolumeDetail]
    volumes_links: list[Link] | None = None


class ShownVolume(Answer):
    """Source: 7.1.6, response."""

    volume: Volume


class ShownV1Volume(Answer):
    """Source: 8.2.1.1, response."""

    volume: V1Volume


class UploadingImage(Answer):
    """Source: 7.2.4, response."""

    upload: ImageUpload = Field(alias="os-volume_upload_image")


class Metadata(Answer):
    """Source: 7.1.10 to 7.1.12, 7.3.7, 7.3.8 and 7.3.10, response."""

    metadata: Pairs


class MetadataItem(Answer):
    """Source: 7.1.13, 7.1.14, 7.3.9 and 7.3.11, response."""

    meta: Pairs

"""Disks: sections 6.1 (custom API) and 7.1 (OpenStack API), but for expanding, which is an action.

The two APIs say different things about the same members, so each has models of its own; what they share are the
field types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from gateway.contract import faults
from gateway.contract.fields import (
    AnyQuery,
    BackupId,
    Body,
    Boolean,
    Cascade,
    Count,
    CustomLimit,
    Description,
    Documented,
    GroupId,
    ImageId,
    Limit,
    ListedMetadata,
    MetadataFilter,
    Name,
    NameFilter,
    NewMetadata,
    Offset,
    OnePair,
    Query,
    Shareable,
    Size,
    SizeCut,
    SortDirection,
    SortKey,
    SourceSnapshotId,
    UnsupportedSource,
    VolumeMarker,
    VolumeMetadata,
    VolumeStatus,
    VolumeType,
    Zone,
    ZoneFilter,
)
from gateway.contract.model import Effect, Family, Operation, Resource
from gateway.contract.object_rules import (
    AtMostOne,
    BatchName,
    EitherOf,
    Filled,
    MetadataFitsSource,
    NeededUnless,
    Overruled,
    SameKey,
    SingleFromBackup,
    SizeForSource,
)

# A.5 lists the actions of a creation by the source of the new disk, each list in its own order.
ACTIONS_BY_SOURCE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "empty": ("evs:volumes:create", "evs:volumes:get"),
        "image": ("evs:volumes:create", "ims:images:get", "evs:volumes:get"),
        "snapshot": ("evs:volumes:create", "evs:snapshots:get", "evs:volumes:get"),
    }
)


class NewVolumes(Body):
    """Source: 6.1.1, parameters in the volume field."""

    rules = (
        AtMostOne(("backup_id", "snapshot_id", "imageRef"), faults.ONE_SOURCE),
        NeededUnless("size", "backup_id", faults.VOLUME_SIZE),
        SingleFromBackup(),
        BatchName(),
        SizeForSource(),
        MetadataFitsSource(),
    )

    backup_id: BackupId | None = None
    availability_zone: Zone
    description: Description | None = None
    size: SizeCut | None = None
    name: Name | None = None
    snapshot_id: SourceSnapshotId | None = None
    image_ref: ImageId | None = Field(default=None, alias="imageRef")
    volume_type: VolumeType
    count: Count | None = None
    shareable: Shareable | None = None
    metadata: ListedMetadata | None = None
    multiattach: Boolean | None = None


class CreateVolumes(Body):
    """Source: 6.1.1, request."""

    volume: Annotated[NewVolumes, Documented(faults.CREATE_BODY)]


class NewVolume(Body):
    """Source: 7.1.1, parameters in the volume field. `source_replica` is printed source_repl ica."""

    # backup_id is no documented member here, but EVS.1016 lists it among the sources (reference-notes 10 and 11).
    rules = (
        AtMostOne(("imageRef", "snapshot_id", "backup_id", "source_volid", "source_replica"), faults.ONE_SOURCE),
        SizeForSource(),
        MetadataFitsSource(),
    )

    availability_zone: Zone
    source_volid: UnsupportedSource | None = None
    description: Description | None = None
    snapshot_id: SourceSnapshotId | None = None
    size: Size
    name: Name | None = None
    image_ref: ImageId | None = Field(default=None, alias="imageRef")
    volume_type: VolumeType | None = None
    metadata: NewMetadata | None = None
    source_replica: UnsupportedSource | None = None
    consistency_group_id: GroupId | None = None
    shareable: Shareable | None = None
    multiattach: Boolean | None = None


class CreateVolume(Body):
    """Source: 7.1.1, request."""

    volume: NewVolume


class CloudVolumeUpdate(Body):
    """Source: 6.1.4, parameters in the volume field."""

    rules = (EitherOf(("name", "description"), faults.NAME_AND_DESCRIPTION),)

    name: Name | None = None
    description: Description | None = None


class UpdateCloudVolume(Body):
    """Source: 6.1.4, request."""

    volume: Annotated[CloudVolumeUpdate, Documented(faults.UPDATE_BODY)]


class VolumeUpdate(Body):
    """Source: 7.1.3, parameters in the volume field."""

    rules = (
        Filled("volume"),
        Overruled("display_name", by="name"),
        Overruled("display_description", by="description"),
    )

    name: Name | None = None
    description: Description | None = None
    metadata: VolumeMetadata | None = None
    display_name: Name | None = None
    display_description: Description | None = None


class UpdateVolume(Body):
    """Source: 7.1.3, request."""

    volume: VolumeUpdate


class PutMetadata(Body):
    """Source: 7.1.10 and 7.1.12, request. `key_val` stands for any pairs (reference-notes 32)."""

    metadata: VolumeMetadata


class MetadataItem(Body):
    """Source: 7.1.14, request."""

    meta: OnePair


class CloudVolumesQuery(Query):
    """Source: 6.1.2 and 6.1.6, request filter parameters."""

    marker: VolumeMarker | None = None
    name: NameFilter | None = None
    status: VolumeStatus | None = None
    limit: CustomLimit | None = None
    availability_zone: ZoneFilter | None = None
    sort_key: SortKey | None = None
    sort_dir: SortDirection | None = None


class VolumesQuery(Query):
    """Source: 7.1.4 and 7.1.5, request filter parameters."""

    marker: VolumeMarker | None = None
    name: NameFilter | None = None
    limit: Limit | None = None
    sort_key: SortKey | None = None
    sort_dir: SortDirection | None = None
    offset: Offset | None = None
    status: VolumeStatus | None = None
    metadata: MetadataFilter | None = None
    availability_zone: ZoneFilter | None = None


class DeleteQuery(Query):
    """Source: 7.1.2, request filter parameters."""

    cascade: Cascade | None = None


OPERATIONS = (
    Operation(
        id="evs_create_volumes",
        section="6.1.1",
        title="Creating EVS Disks",
        method="POST",
        path="/v2/{project_id}/cloudvolumes",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.CREATE,
        actions=("evs:volumes:create",),
        body_key="volume",
        request=CreateVolumes,
    ),
    Operation(
        id="evs_list_volumes_detail",
        section="6.1.2",
        title="Querying Details About All Disks",
        method="GET",
        path="/v2/{project_id}/cloudvolumes/detail",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.LIST,
        actions=("evs:volumes:list",),
        query=CloudVolumesQuery,
    ),
    Operation(
        id="evs_delete_volume",
        section="6.1.3",
        title="Deleting an EVS Disk (Deprecated)",
        method="DELETE",
        path="/v2/{project_id}/cloudvolumes/{volume_id}",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.DELETE,
        actions=("evs:volumes:delete",),
        deprecated=True,
    ),
    Operation(
        id="evs_update_volume",
        section="6.1.4",
        title="Updating an EVS Disk (Deprecated)",
        method="PUT",
        path="/v2/{project_id}/cloudvolumes/{volume_id}",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update",),
        body_key="volume",
        request=UpdateCloudVolume,
        deprecated=True,
    ),
    Operation(
        id="evs_show_volume",
        section="6.1.5",
        title="Querying Details About a Disk",
        method="GET",
        path="/v2/{project_id}/os-vendor-volumes/{volume_id}",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.SHOW,
        actions=("evs:volumes:get",),
    ),
    Operation(
        id="evs_list_volumes",
        section="6.1.6",
        title="Querying EVS Disks (Deprecated)",
        method="GET",
        path="/v2/{project_id}/cloudvolumes",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.LIST,
        actions=("evs:volumes:list",),
        query=CloudVolumesQuery,
        deprecated=True,
    ),
    # Named by A.5 alone: no parameter, status or body is documented, so nothing is checked (reference-notes 47).
    Operation(
        id="evs_list_vendor_volumes_detail",
        section="A.5",
        title="Querying Details About All Disks",
        method="GET",
        path="/v2/{project_id}/os-vendor-volumes/detail",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.LIST,
        actions=("evs:volumes:list",),
        query=AnyQuery,
    ),
    Operation(
        id="cinder_create_volume",
        section="7.1.1",
        title="Creating EVS Disks",
        method="POST",
        path="/v2/{project_id}/volumes",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.CREATE,
        actions=("evs:volumes:create", "evs:volumes:get"),
        actions_by_source=ACTIONS_BY_SOURCE,
        body_key="volume",
        request=CreateVolume,
    ),
    Operation(
        id="cinder_delete_volume",
        section="7.1.2",
        title="Deleting an EVS Disk",
        method="DELETE",
        path="/v2/{project_id}/volumes/{volume_id}",
        status=202,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.DELETE,
        actions=("evs:volumes:delete", "evs:volumes:get"),
        query=DeleteQuery,
    ),
    Operation(
        id="cinder_update_volume",
        section="7.1.3",
        title="Updating an EVS Disk",
        method="PUT",
        path="/v2/{project_id}/volumes/{volume_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update", "evs:volumes:get"),
        body_key="volume",
        request=UpdateVolume,
    ),
    Operation(
        id="cinder_list_volumes",
        section="7.1.4",
        title="Querying EVS Disks",
        method="GET",
        path="/v2/{project_id}/volumes",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.LIST,
        actions=("evs:volumes:list",),
        query=VolumesQuery,
    ),
    Operation(
        id="cinder_list_volumes_detail",
        section="7.1.5",
        title="Querying Details About All Disks",
        method="GET",
        path="/v2/{project_id}/volumes/detail",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.LIST,
        actions=("evs:volumes:list",),
        query=VolumesQuery,
    ),
    Operation(
        id="cinder_show_volume",
        section="7.1.6",
        title="Querying Details About a Disk",
        method="GET",
        path="/v2/{project_id}/volumes/{volume_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.SHOW,
        actions=("evs:volumes:get",),
    ),
    Operation(
        id="cinder_create_volume_metadata",
        section="7.1.10",
        title="Adding Metadata of an EVS Disk",
        method="POST",
        path="/v2/{project_id}/volumes/{volume_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update", "evs:volumes:get"),
        body_key="metadata",
        request=PutMetadata,
    ),
    Operation(
        id="cinder_list_volume_metadata",
        section="7.1.11",
        title="Querying Metadata of an EVS Disk",
        method="GET",
        path="/v2/{project_id}/volumes/{volume_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.SHOW,
        actions=("evs:volumes:get",),
    ),
    Operation(
        id="cinder_update_volume_metadata",
        section="7.1.12",
        title="Updating Metadata of an EVS Disk",
        method="PUT",
        path="/v2/{project_id}/volumes/{volume_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update", "evs:volumes:get"),
        body_key="metadata",
        request=PutMetadata,
    ),
    Operation(
        id="cinder_show_volume_metadata_item",
        section="7.1.13",
        title="Querying One Piece of Metadata for an EVS Disk",
        method="GET",
        path="/v2/{project_id}/volumes/{volume_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.SHOW,
        actions=("evs:volumes:get",),
    ),
    Operation(
        id="cinder_update_volume_metadata_item",
        section="7.1.14",
        title="Updating One Piece of Metadata for an EVS Disk",
        method="PUT",
        path="/v2/{project_id}/volumes/{volume_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:update", "evs:volumes:get"),
        body_key="meta",
        request=MetadataItem,
        rules=(SameKey(),),
    ),
    Operation(
        id="cinder_delete_volume_metadata_item",
        section="7.1.15",
        title="Deleting One Piece of Metadata for an EVS Disk",
        method="DELETE",
        path="/v2/{project_id}/volumes/{volume_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.VOLUME,
        effect=Effect.UPDATE,
        actions=("evs:volumes:delete", "evs:volumes:get"),
    ),
)

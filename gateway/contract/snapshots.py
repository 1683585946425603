"""Snapshots: sections 7.3 and 6.2.1."""

from __future__ import annotations

from gateway.contract.fields import (
    Body,
    Boolean,
    FreeMetadata,
    Limit,
    Marker,
    NewSnapshotMetadata,
    NullableDescription,
    OnePair,
    Query,
    SnapshotDescription,
    SnapshotName,
    SnapshotNameFilter,
    SnapshotOffset,
    SnapshotStatus,
    TargetName,
    VolumeId,
    VolumeIdFilter,
)
from gateway.contract.model import Effect, Family, Operation, Resource
from gateway.contract.object_rules import SameKey


class Rollback(Body):
    """Source: 6.2.1, parameters in the rollback field."""

    volume_id: VolumeId
    name: TargetName | None = None


class RollbackSnapshot(Body):
    """Source: 6.2.1, request."""

    rollback: Rollback


class NewSnapshot(Body):
    """Source: 7.3.1, parameters in the snapshot field."""

    volume_id: VolumeId
    force: Boolean | None = None
    metadata: NewSnapshotMetadata | None = None
    description: NullableDescription | None = None
    name: SnapshotName | None = None


class CreateSnapshot(Body):
    """Source: 7.3.1, request."""

    snapshot: NewSnapshot


class SnapshotUpdate(Body):
    """Source: 7.3.3, parameters in the snapshot field."""

    name: SnapshotName | None = None
    description: SnapshotDescription | None = None


class UpdateSnapshot(Body):
    """Source: 7.3.3, request."""

    snapshot: SnapshotUpdate


class SnapshotMetadata(Body):
    """Source: 7.3.7 and 7.3.10, request. `key_val` stands for any pairs (reference-notes 32)."""

    metadata: FreeMetadata


class SnapshotMetadataItem(Body):
    """Source: 7.3.9, request."""

    meta: OnePair


class SnapshotsQuery(Query):
    """Source: 7.3.4 and 7.3.5, request filter parameters."""

    marker: Marker | None = None
    offset: SnapshotOffset | None = None
    limit: Limit | None = None
    name: SnapshotNameFilter | None = None
    status: SnapshotStatus | None = None
    volume_id: VolumeIdFilter | None = None


OPERATIONS = (
    Operation(
        id="evs_rollback_snapshot",
        section="6.2.1",
        title="Rolling Back a Snapshot to an EVS Disk",
        method="POST",
        path="/v2/{project_id}/os-vendor-snapshots/{snapshot_id}/rollback",
        status=202,
        family=Family.CUSTOM,
        resource=Resource.SNAPSHOT,
        effect=Effect.ROLLBACK,
        actions=("evs:snapshots:rollback", "evs:snapshots:get", "evs:volumes:get"),
        body_key="rollback",
        request=RollbackSnapshot,
    ),
    Operation(
        id="cinder_create_snapshot",
        section="7.3.1",
        title="Creating an EVS Snapshot",
        method="POST",
        path="/v2/{project_id}/snapshots",
        status=202,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.CREATE,
        actions=("evs:snapshots:create", "evs:volumes:get"),
        body_key="snapshot",
        request=CreateSnapshot,
    ),
    Operation(
        id="cinder_delete_snapshot",
        section="7.3.2",
        title="Deleting an EVS Snapshot",
        method="DELETE",
        path="/v2/{project_id}/snapshots/{snapshot_id}",
        status=202,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.DELETE,
        actions=("evs:snapshots:delete", "evs:snapshots:get", "evs:volumes:get"),
    ),
    Operation(
        id="cinder_update_snapshot",
        section="7.3.3",
        title="Updating an EVS Snapshot",
        method="PUT",
        path="/v2/{project_id}/snapshots/{snapshot_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.UPDATE,
        actions=("evs:snapshots:update", "evs:snapshots:get"),
        body_key="snapshot",
        request=UpdateSnapshot,
    ),
    Operation(
        id="cinder_list_snapshots",
        section="7.3.4",
        title="Querying EVS Snapshots",
        method="GET",
        path="/v2/{project_id}/snapshots",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.LIST,
        actions=("evs:snapshots:list",),
        query=SnapshotsQuery,
    ),
    Operation(
        id="cinder_list_snapshots_detail",
        section="7.3.5",
        title="Querying Details About EVS Snapshots",
        method="GET",
        path="/v2/{project_id}/snapshots/detail",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.LIST,
        actions=("evs:snapshots:list",),
        query=SnapshotsQuery,
    ),
    Operation(
        id="cinder_show_snapshot",
        section="7.3.6",
        title="Querying Details About an EVS Snapshot",
        method="GET",
        path="/v2/{project_id}/snapshots/{snapshot_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.SHOW,
        actions=("evs:snapshots:get",),
    ),
    Operation(
        id="cinder_create_snapshot_metadata",
        section="7.3.7",
        title="Adding Metadata of an EVS Snapshot",
        method="POST",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.UPDATE,
        actions=("evs:snapshots:update", "evs:snapshots:get"),
        body_key="metadata",
        request=SnapshotMetadata,
    ),
    Operation(
        id="cinder_list_snapshot_metadata",
        section="7.3.8",
        title="Querying Metadata of an EVS Snapshot",
        method="GET",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.SHOW,
        actions=("evs:snapshots:get",),
    ),
    Operation(
        id="cinder_update_snapshot_metadata_item",
        section="7.3.9",
        title="Updating One Piece of Metadata for an EVS Snapshot",
        method="PUT",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.UPDATE,
        actions=("evs:snapshots:update", "evs:snapshots:get"),
        body_key="meta",
        request=SnapshotMetadataItem,
        rules=(SameKey(),),
    ),
    Operation(
        id="cinder_update_snapshot_metadata",
        section="7.3.10",
        title="Updating Metadata of an EVS Snapshot",
        method="PUT",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.UPDATE,
        actions=("evs:snapshots:update", "evs:snapshots:get"),
        body_key="metadata",
        request=SnapshotMetadata,
    ),
    Operation(
        id="cinder_show_snapshot_metadata_item",
        section="7.3.11",
        title="Querying One Piece of Metadata for an EVS Snapshot",
        method="GET",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.SHOW,
        actions=("evs:snapshots:get",),
    ),
    Operation(
        id="cinder_delete_snapshot_metadata_item",
        section="7.3.12",
        title="Deleting One Piece of Metadata for an EVS Snapshot",
        method="DELETE",
        path="/v2/{project_id}/snapshots/{snapshot_id}/metadata/{key}",
        status=200,
        family=Family.CINDER,
        resource=Resource.SNAPSHOT,
        effect=Effect.UPDATE,
        actions=("evs:snapshots:delete", "evs:snapshots:get"),
    ),
)

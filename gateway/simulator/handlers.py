"""The handlers by operation id: one table, looked up once a request."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.simulator import disk_actions, iam, jobs, metadata, region, snapshots, transfers, versions, views, volumes
from gateway.simulator.calls import Handler

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "list_api_versions": versions.list_versions,
        "show_api_version": versions.show_version,
        "evs_create_volumes": volumes.submit_volumes,
        "evs_list_volumes": volumes.list_volumes(views.VOLUME_BRIEF),
        "evs_list_volumes_detail": volumes.list_volumes(views.VOLUME_CUSTOM),
        "evs_list_vendor_volumes_detail": volumes.list_volumes(views.VOLUME_VENDOR),
        "evs_show_volume": volumes.show_volume(views.VOLUME_VENDOR),
        "evs_update_volume": volumes.update_volume_bare(views.VOLUME_CUSTOM_UPDATED),
        "evs_delete_volume": volumes.of_volume(volumes.submit_delete),
        "evs_extend_volume": volumes.of_volume(disk_actions.submit_extend),
        "evs_rollback_snapshot": snapshots.of_snapshot(snapshots.roll_back),
        "cinder_create_volume": volumes.create_volume,
        "cinder_list_volumes": volumes.list_volumes(views.VOLUME_BRIEF),
        "cinder_list_volumes_detail": volumes.list_volumes(views.VOLUME_DETAIL),
        "cinder_show_volume": volumes.show_volume(views.VOLUME_SHOWN),
        "cinder_update_volume": volumes.update_volume(views.VOLUME_UPDATED),
        "cinder_delete_volume": volumes.of_volume(volumes.delete_volume),
        "cinder_create_volume_metadata": metadata.of_volume(metadata.merge),
        "cinder_list_volume_metadata": metadata.of_volume(metadata.show_all),
        "cinder_update_volume_metadata": metadata.of_volume(metadata.replace_all),
        "cinder_show_volume_metadata_item": metadata.of_volume(metadata.show_one),
        "cinder_update_volume_metadata_item": metadata.of_volume(metadata.update_one),
        "cinder_delete_volume_metadata_item": metadata.of_volume(metadata.delete_one),
        "cinder_extend_volume": volumes.of_volume(disk_actions.extend_volume),
        "cinder_set_bootable": volumes.of_volume(disk_actions.set_bootable),
        "cinder_set_readonly": volumes.of_volume(disk_actions.set_readonly),
        "cinder_upload_image": volumes.of_volume(disk_actions.upload_image),
        "cinder_attach_volume": volumes.of_volume(disk_actions.attach_volume),
        "cinder_detach_volume": volumes.of_volume(disk_actions.detach_volume),
        "cinder_reserve_volume": volumes.of_volume(disk_actions.reserve_volume),
        "cinder_unreserve_volume": volumes.of_volume(disk_actions.unreserve_volume),
        "cinder_create_snapshot": snapshots.create_snapshot,
        "cinder_list_snapshots": snapshots.list_snapshots(views.SNAPSHOT_BRIEF),
        "cinder_list_snapshots_detail": snapshots.list_snapshots(views.SNAPSHOT_DETAIL),
        "cinder_show_snapshot": snapshots.of_snapshot(snapshots.show_snapshot),
        "cinder_update_snapshot": snapshots.of_snapshot(snapshots.update_snapshot),
        "cinder_delete_snapshot": snapshots.of_snapshot(snapshots.delete_snapshot),
        "cinder_create_snapshot_metadata": metadata.of_snapshot(metadata.merge),
        "cinder_list_snapshot_metadata": metadata.of_snapshot(metadata.show_all),
        "cinder_update_snapshot_metadata": metadata.of_snapshot(metadata.replace_all),
        "cinder_show_snapshot_metadata_item": metadata.of_snapshot(metadata.show_one),
        "cinder_update_snapshot_metadata_item": metadata.of_snapshot(metadata.update_one),
        "cinder_delete_snapshot_metadata_item": metadata.of_snapshot(metadata.delete_one),
        "cinder_create_transfer": transfers.create_transfer,
        "cinder_accept_transfer": transfers.accept_transfer,
        "cinder_show_transfer": transfers.show_transfer(views.TRANSFER_DETAIL),
        "cinder_list_transfers": transfers.list_transfers(views.TRANSFER_BRIEF),
        "cinder_list_transfers_detail": transfers.list_transfers(views.TRANSFER_DETAIL),
        "cinder_delete_transfer": transfers.of_transfer(transfers.delete_transfer),
        "cinder_list_volume_types": region.list_types,
        "cinder_show_volume_type": region.show_type,
        "cinder_show_quota_set": region.show_quota_set,
        "cinder_list_extensions": region.list_extensions,
        "cinder_list_availability_zones": region.list_zones,
        "v1_show_job": jobs.show_job,
        "v1_show_volume": volumes.show_volume(views.VOLUME_V1),
        "iam_create_token": iam.create_token,
        "iam_list_projects": iam.list_projects,
    }
)

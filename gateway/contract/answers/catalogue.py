"""The documented answer of each operation: its model, by operation id. The status stands in the operation's row."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.contract.answers import iam, jobs, region, snapshots, transfers, volumes
from gateway.contract.answers.types import Answer, Anything, Nothing

ANSWERS: Mapping[str, type[Answer]] = MappingProxyType(
    {
        "list_api_versions": region.Versions,
        "show_api_version": region.Versions,
        "evs_create_volumes": volumes.JobSubmitted,
        "evs_list_volumes": volumes.BriefCloudVolumes,
        "evs_list_volumes_detail": volumes.CloudVolumes,
        "evs_list_vendor_volumes_detail": Anything,
        "evs_show_volume": volumes.ShownVendorVolume,
        "evs_update_volume": volumes.CloudVolumeUpdated,
        "evs_delete_volume": volumes.JobSubmitted,
        "evs_extend_volume": volumes.JobSubmitted,
        "evs_rollback_snapshot": snapshots.Rollback,
        "cinder_create_volume": volumes.CreatedVolume,
        "cinder_list_volumes": volumes.BriefVolumes,
        "cinder_list_volumes_detail": volumes.Volumes,
        "cinder_show_volume": volumes.ShownVolume,
        "cinder_update_volume": volumes.UpdatedVolume,
        "cinder_delete_volume": Nothing,
        "cinder_create_volume_metadata": volumes.Metadata,
        "cinder_list_volume_metadata": volumes.Metadata,
        "cinder_update_volume_metadata": volumes.Metadata,
        "cinder_show_volume_metadata_item": volumes.MetadataItem,
        "cinder_update_volume_metadata_item": volumes.MetadataItem,
        "cinder_delete_volume_metadata_item": Nothing,
        "cinder_extend_volume": Nothing,
        "cinder_set_bootable": Nothing,
        "cinder_set_readonly": Nothing,
        "cinder_upload_image": volumes.UploadingImage,
        "cinder_attach_volume": Nothing,
        "cinder_detach_volume": Nothing,
        "cinder_reserve_volume": Nothing,
        "cinder_unreserve_volume": Nothing,
        "cinder_create_snapshot": snapshots.CreatedSnapshot,
        "cinder_list_snapshots": snapshots.BriefSnapshots,
        "cinder_list_snapshots_detail": snapshots.Snapshots,
        "cinder_show_snapshot": snapshots.ShownSnapshot,
        "cinder_update_snapshot": snapshots.CreatedSnapshot,
        "cinder_delete_snapshot": Nothing,
        "cinder_create_snapshot_metadata": volumes.Metadata,
        "cinder_list_snapshot_metadata": volumes.Metadata,
        "cinder_update_snapshot_metadata": volumes.Metadata,
        "cinder_show_snapshot_metadata_item": volumes.MetadataItem,
        "cinder_update_snapshot_metadata_item": volumes.MetadataItem,
        "cinder_delete_snapshot_metadata_item": Nothing,
        "cinder_create_transfer": transfers.CreatedTransfer,
        "cinder_accept_transfer": transfers.AcceptedTransfer,
        "cinder_show_transfer": transfers.ShownTransfer,
        "cinder_list_transfers": transfers.BriefTransfers,
        "cinder_list_transfers_detail": transfers.Transfers,
        "cinder_delete_transfer": Nothing,
        "cinder_list_volume_types": region.VolumeTypes,
        "cinder_show_volume_type": region.ShownVolumeType,
        "cinder_show_quota_set": region.Quotas,
        "cinder_list_extensions": region.Extensions,
        "cinder_list_availability_zones": region.Zones,
        "v1_show_job": jobs.Job,
        "v1_show_volume": volumes.ShownV1Volume,
        "iam_create_token": iam.IssuedToken,
        "iam_list_projects": iam.Projects,
    }
)

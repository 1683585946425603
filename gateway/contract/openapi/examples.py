"""Example requests in our own words and values: one body for each operation that has one, one value for each path
variable. A test holds all of them against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.contract.model import JsonValue

_DISK = "0a6e1c7b-52d4-4f0e-9d3a-7c1f6b2e8a90"
_SNAPSHOT = "d41b7f08-93ac-4e55-8c62-1f0a9be3c274"

PATH_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "api_version": "v2",
        "project_id": "3f9a7c1e5b2d486090a1b2c3d4e5f607",
        "target_project_id": "3f9a7c1e5b2d486090a1b2c3d4e5f607",
        "volume_id": _DISK,
        "snapshot_id": _SNAPSHOT,
        "transfer_id": "6b1d9e42-0c8f-4a37-b5d6-e2f7a8c90b13",
        "type_id": "c2e5a9d1-7b34-4f68-8e0a-9d6c1b3f5a72",
        "job_id": "5c8e2f7a9b1d4c3e6f0a8b7d9e1c2f3a",
        "key": "team",
    }
)

_PAIRS: JsonValue = {"metadata": {"team": "storage", "purpose": "nightly builds"}}
_PAIR: JsonValue = {"meta": {"team": "storage"}}

BODIES: Mapping[str, JsonValue] = MappingProxyType(
    {
        "evs_create_volumes": {
            "volume": {
                "availability_zone": "zone-1a",
                "volume_type": "SSD",
                "size": 100,
                "count": 3,
                "name": "build-cache",
                "description": "scratch space of the build machines",
                "multiattach": False,
            }
        },
        "evs_update_volume": {"volume": {"name": "build-cache-old", "description": "kept until the end of the month"}},
        "evs_extend_volume": {"os-extend": {"new_size": 250}},
        "evs_rollback_snapshot": {"rollback": {"volume_id": _DISK, "name": "build-cache"}},
        "cinder_create_volume": {
            "volume": {
                "availability_zone": "zone-1a",
                "volume_type": "SAS",
                "size": 40,
                "name": "web-root",
                "snapshot_id": _SNAPSHOT,
                "metadata": {"team": "storage", "full_clone": "0"},
            }
        },
        "cinder_update_volume": {"volume": {"name": "web-root-2", "metadata": {"team": "web"}}},
        "cinder_create_volume_metadata": _PAIRS,
        "cinder_update_volume_metadata": _PAIRS,
        "cinder_update_volume_metadata_item": _PAIR,
        "cinder_extend_volume": {"os-extend": {"new_size": 80}},
        "cinder_set_bootable": {"os-set_bootable": {"bootable": True}},
        "cinder_set_readonly": {"os-update_readonly_flag": {"readonly": True}},
        "cinder_upload_image": {
            "os-volume_upload_image": {
                "image_name": "web-root golden image",
                "disk_format": "qcow2",
                "container_format": "bare",
                "force": False,
                "__os_type": "linux",
            }
        },
        "cinder_attach_volume": {
            "os-attach": {
                "instance_uuid": "7f4c1a92-e6d0-4b8e-9a35-c0d2b1f7e864",
                "mountpoint": "/dev/vdc",
                "host_name": "node-17",
                "mode": "rw",
            }
        },
        "cinder_detach_volume": {"os-detach": {"attachment_id": "e9b36d15-8a0f-47c2-9d7b-4f1c5e2a6083"}},
        "cinder_reserve_volume": {"os-reserve": {}},
        "cinder_unreserve_volume": {"os-unreserve": {}},
        "cinder_create_snapshot": {
            "snapshot": {"volume_id": _DISK, "name": "before-upgrade", "force": True, "metadata": {"team": "storage"}}
        },
        "cinder_update_snapshot": {"snapshot": {"name": "after-upgrade", "description": "kept for a week"}},
        "cinder_create_snapshot_metadata": _PAIRS,
        "cinder_update_snapshot_metadata": _PAIRS,
        "cinder_update_snapshot_metadata_item": _PAIR,
        "cinder_create_transfer": {"transfer": {"volume_id": _DISK, "name": "to the other team"}},
        "cinder_accept_transfer": {"accept": {"auth_key": "the-key-the-other-team-got"}},
        "iam_create_token": {
            "auth": {
                "identity": {
                    "methods": ["password"],
                    "password": {"user": {"name": "someone", "password": "a password", "domain": {"name": "example"}}},
                },
                "scope": {"project": {"name": "region-1"}},
            }
        },
    }
)

"""What the region offers: disk types, zones, quotas, extensions.

Source: 7.1.7, 7.1.8, 7.1.9, 7.1.16, 7.1.17.
"""

from __future__ import annotations

from gateway.contract import faults
from gateway.contract.model import JsonObject
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.creation import TYPE_IDS, ZONE
from gateway.simulator.extensions import EXTENSIONS
from gateway.simulator.quotas import quota_set, used
from gateway.simulator.state import UNLIMITED, State

# 7.1.7, example
QOS_IDS = {
    "SAS": None,
    "SATA": "585f29d6-7147-42e7-bfb8-ca214f640f6f",
    "SSD": "39b0c29a-308b-4f86-b478-5d3d02a43837",
}


def extra_specs(name: str) -> JsonObject:
    """Return the specifications of a type. Source: 7.1.7, parameters in the extra_specs field."""
    return {"volume_backend_name": name, "availability-zone": ZONE, "HW:availability_zone": ZONE}


def _type_view(name: str) -> JsonObject:
    return {
        "extra_specs": extra_specs(name),
        "name": name,
        "qos_specs_id": QOS_IDS[name],
        "id": TYPE_IDS[name],
        "is_public": True,
        "description": None,
    }


def list_types(_state: State, _call: Call) -> Outcome:
    """List the disk types."""
    return Answer({"volume_types": [_type_view(name) for name in TYPE_IDS]})


def show_type(_state: State, call: Call) -> Outcome:
    """Show one disk type. Errors: 404, also for a name."""
    asked = call.value("type_id").lower()
    name = next((name for name, type_id in TYPE_IDS.items() if type_id == asked), None)
    return faults.NOT_FOUND if name is None else Answer({"volume_type": _type_view(name)})


def show_quota_set(state: State, call: Call) -> Outcome:
    """Show the quotas of the project with their usage."""
    return Answer({"quota_set": quota_set(state, call.project)})


def list_extensions(_state: State, _call: Call) -> Outcome:
    """List the extensions."""
    return Answer(
        {
            "extensions": [
                {"updated": updated, "name": name, "links": [], "alias": alias, "description": description}
                for updated, name, alias, description in EXTENSIONS
            ]
        }
    )


def list_zones(_state: State, _call: Call) -> Outcome:
    """List the only zone."""
    return Answer({"availabilityZoneInfo": [{"zoneState": {"available": True}, "zoneName": ZONE}]})


def show_limits(state: State, call: Call) -> Outcome:
    """Show Cinder's limits, which the OpenStack clients ask for and the reference does not name."""
    amounts, limits = used(state, call.project), state.rules.limits
    return Answer(
        {
            "limits": {
                "rate": [],
                "absolute": {
                    "maxTotalVolumes": limits.get("volumes", UNLIMITED),
                    "maxTotalVolumeGigabytes": limits.get("gigabytes", UNLIMITED),
                    "maxTotalSnapshots": limits.get("snapshots", UNLIMITED),
                    "maxTotalBackups": 100,
                    "maxTotalBackupGigabytes": 5120,
                    "totalVolumesUsed": amounts["volumes"],
                    "totalGigabytesUsed": amounts["gigabytes"],
                    "totalSnapshotsUsed": amounts["snapshots"],
                    "totalBackupsUsed": 0,
                    "totalBackupGigabytesUsed": 0,
                },
            }
        }
    )

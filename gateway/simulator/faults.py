"""The documented faults of appendix A.1 that depend on the state, and the envelope each family puts a fault into.

Source: reference-notes 50, 51 and 58.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.contract import faults
from gateway.contract.faults import TABLE, Fault
from gateway.contract.model import Family, JsonObject

_ROWS = {fault.code: fault for fault in TABLE}

BACKUP_SIZE = _ROWS["EVS.1022"]
SUBMIT_FAILED = _ROWS["EVS.2001"]
VOLUME_ERROR_DELETING = _ROWS["EVS.2020"]
VOLUME_ERROR = _ROWS["EVS.2024"]
VOLUME_ERROR_EXTENDING = _ROWS["EVS.2026"]
SNAPSHOT_STATUS = _ROWS["EVS.2043"]
SNAPSHOT_TYPE = _ROWS["EVS.2096"]

CREDENTIALS = Fault("401", "The username or password is wrong.", 401)
UNKNOWN_TOKEN = Fault("404", "The token could not be found.", 404)

# A snapshot that a new disk names and that is not there.
UNKNOWN_SOURCE: Mapping[Family, Fault] = MappingProxyType(
    {Family.CUSTOM: faults.SNAPSHOT_ID, Family.CINDER: faults.NOT_FOUND}
)
# A project whose quota is used up, by the name of the quota.
QUOTA_EXCEEDED: Mapping[Family, Mapping[str, Fault]] = MappingProxyType(
    {
        Family.CUSTOM: {"volumes": faults.COUNT_QUOTA, "gigabytes": faults.CAPACITY_QUOTA},
        Family.CINDER: dict.fromkeys(("volumes", "gigabytes", "snapshots"), faults.VOLUME_QUOTA),
    }
)

_NAMED: Mapping[int, str] = MappingProxyType(
    {
        400: "badRequest",
        401: "unauthorized",
        403: "forbidden",
        404: "itemNotFound",
        405: "badMethod",
        413: "overLimit",
        415: "badMediaType",
    }
)


def envelope(family: Family, fault: Fault) -> JsonObject:
    """Return the error body in the form of the family: Cinder's is named for its status, all others are `error`."""
    name = _NAMED.get(fault.status, "computeFault") if family is Family.CINDER else "error"
    return {name: {"message": fault.message, "code": fault.code}}

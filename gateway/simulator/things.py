"""What the simulated cloud holds: disks, snapshots, transfers, jobs, tokens, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject

Metadata = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A disk at a server. Source: 7.1.5, attachments."""

    id: str
    server_id: str
    host_name: str | None
    device: str | None
    attached_at: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk. `serial` is its place in the order of creation."""

    id: str
    serial: int
    project: str
    user: str
    name: str | None
    description: str | None
    status: str
    size_gb: int
    type: str
    zone: str
    created_at: str
    updated_at: str | None
    metadata: Metadata
    bootable: bool
    multiattach: bool
    snapshot_id: str | None
    source_id: str | None
    image_id: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot of a disk, whose size and type it keeps."""

    id: str
    serial: int
    project: str
    volume_id: str
    name: str | None
    description: str | None
    status: str
    size_gb: int
    type: str
    created_at: str
    updated_at: str | None
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer of a disk to whoever knows the key."""

    id: str
    project: str
    volume_id: str
    name: str | None
    auth_key: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Job:
    """A task of the custom API. Its status follows from the clock: see `jobs`.

    Units: seconds since the epoch.
    """

    id: str
    project: str
    type: str
    begins_at: float
    ends_at: float
    entities: JsonObject
    failure: Fault | None = None
    sub_jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """What an issued token stands for. `user` is an id, `name` what it was asked under; `project` is None when the
    scope named none. A revoked token is one that expired then.

    Units: `expires_at` and `issued_at` in seconds since the epoch.
    """

    user: str
    project: str | None
    expires_at: float
    name: str = ""
    issued_at: float = 0.0

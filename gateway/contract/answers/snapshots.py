"""Snapshots: sections 6.2.1 and 7.3."""

from __future__ import annotations

from pydantic import Field

from gateway.contract.answers.types import Answer, Id, Link, MaybePairs, MaybeText, MaybeTime, SizeGb, Status, Time


class SnapshotBrief(Answer):
    """Source: 7.3.4, parameters in the snapshots field."""

    id: Id
    status: Status
    name: MaybeText
    description: MaybeText
    created_at: Time
    updated_at: MaybeTime
    metadata: MaybePairs
    volume_id: Id
    size: SizeGb


class NewSnapshot(SnapshotBrief):
    """Source: 7.3.1 and 7.3.3, parameters in the snapshot field. The examples lack the two (reference-notes 68)."""

    progress: MaybeText = Field(default=None, alias="os-extended-snapshot-attributes:progress")
    project_id: MaybeText = Field(default=None, alias="os-extended-snapshot-attributes:project_id")


class Snapshot(SnapshotBrief):
    """Source: 7.3.5 and 7.3.6, parameters in the snapshot field."""

    progress: MaybeText = Field(alias="os-extended-snapshot-attributes:progress")
    project_id: MaybeText = Field(alias="os-extended-snapshot-attributes:project_id")


class CreatedSnapshot(Answer):
    """Source: 7.3.1 and 7.3.3, response."""

    snapshot: NewSnapshot


class ShownSnapshot(Answer):
    """Source: 7.3.6, response."""

    snapshot: Snapshot


class BriefSnapshots(Answer):
    """Source: 7.3.4, response. The table prints snapshots_lins, and null is shown for it (reference-notes 66)."""

    snapshots: list[SnapshotBrief]
    snapshots_links: list[Link] | None = None


class Snapshots(Answer):
    """Source: 7.3.5, response."""

    snapshots: list[Snapshot]
    snapshots_links: list[Link] | None = None


class RolledBack(Answer):
    """Source: 6.2.1, parameter in the rollback field."""

    volume_id: Id


class Rollback(Answer):
    """Source: 6.2.1, response."""

    rollback: RolledBack

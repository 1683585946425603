"""Jobs of the custom API and what they are about: section 8.1.1."""

from __future__ import annotations

from gateway.contract.answers.types import Answer, Id, MaybeText, MaybeTime, SizeGb, Status, Text


class Entities(Answer):
    """Source: 8.1.1, parameters in the entities field: of one disk, or the jobs of a batch."""

    volume_id: MaybeText = None
    name: MaybeText = None
    size: SizeGb | None = None
    volume_type: MaybeText = None
    sub_jobs: list[Job] | None = None


class Job(Answer):
    """Source: 8.1.1, response."""

    status: Status
    entities: Entities
    job_id: Id
    job_type: Text
    begin_time: MaybeTime
    end_time: MaybeTime
    error_code: MaybeText
    fail_reason: MaybeText

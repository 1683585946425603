"""Chapter 8: what is left of version 1, the tasks of the custom API and one deprecated query."""

from __future__ import annotations

from gateway.contract.model import Effect, Family, Operation, Resource

OPERATIONS = (
    # Stands among the out-of-date APIs without being deprecated: the only way to follow a task (reference-notes 82).
    Operation(
        id="v1_show_job",
        section="8.1.1",
        title="Querying Task Status",
        method="GET",
        path="/v1/{project_id}/jobs/{job_id}",
        status=200,
        family=Family.JOBS,
        resource=Resource.JOB,
        effect=Effect.SHOW,
        actions=None,
    ),
    Operation(
        id="v1_show_volume",
        section="8.2.1.1",
        title="Querying Details About a Disk (Deprecated)",
        method="GET",
        path="/v1/{project_id}/volumes/{volume_id}",
        status=200,
        family=Family.CUSTOM,
        resource=Resource.VOLUME,
        effect=Effect.SHOW,
        actions=None,
        deprecated=True,
    ),
)

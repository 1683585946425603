"""Jobs of the custom API: submitted with the work they follow, shown by the clock.

Source: 8.1.1.
"""

from __future__ import annotations

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.state import State
from gateway.simulator.things import Job, Volume
from gateway.simulator.times import in_milliseconds

# The part of a job's time that it spends in INIT.
INIT_SHARE = 0.25


def entities_of(volume: Volume) -> JsonObject:
    """Return what a job says about its disk. Source: 8.1.1, parameters in the entities field."""
    return {
        "volume_id": volume.id,
        "name": volume.name,
        "size": volume.size_gb,
        "volume_type": volume.type,
    }


def new_job(
    state: State, call: Call, kind: str, entities: JsonObject, failure: Fault | None, sub_jobs: tuple[Job, ...] = ()
) -> Job:
    """Return a new job that begins now and ends when its work has settled."""
    job = Job(
        id=state.mint.hexadecimal("job", 32),
        project=call.project,
        type=kind,
        begins_at=call.now,
        ends_at=call.now + state.rules.settle_s,
        entities=entities,
        failure=failure,
        sub_jobs=sub_jobs,
    )
    state.jobs[job.id] = job
    return job


def submitted(job: Job) -> Answer:
    """Return the answer of a custom API that started a job."""
    return Answer({"job_id": job.id})


def show_job(state: State, call: Call) -> Outcome:
    """Show a job of the project as it stands now."""
    job = state.jobs.get(call.value("job_id"))
    if job is None or job.project != call.project:
        return faults.JOB_QUERY
    return Answer(job_view(job, call.now))


def status_of(job: Job, now: float) -> str:
    """Return what a job is doing: INIT for its first quarter, then RUNNING until it ends one way or the other."""
    if now >= job.ends_at:
        return "FAIL" if job.failure else "SUCCESS"
    return "INIT" if now < job.begins_at + (job.ends_at - job.begins_at) * INIT_SHARE else "RUNNING"


def job_view(job: Job, now: float) -> JsonObject:
    """Return a job with its sub-jobs. Source: 8.1.1, response and examples."""
    status = status_of(job, now)
    failure = job.failure if status == "FAIL" else None
    return {
        "status": status,
        "entities": _entities(job, status, now),
        "job_id": job.id,
        "job_type": job.type,
        "begin_time": in_milliseconds(job.begins_at),
        "end_time": in_milliseconds(job.ends_at) if now >= job.ends_at else "",
        "error_code": failure.code if failure else None,
        "fail_reason": failure.message if failure else None,
    }


def _entities(job: Job, status: str, now: float) -> JsonObject:
    if status == "INIT":
        return {}
    if job.sub_jobs:
        return {"sub_jobs": [job_view(part, now) for part in job.sub_jobs]}
    return job.entities

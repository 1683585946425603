"""What a run measured, as a value and as JSON, so that reports and plots can be made of it again. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cassette_size import Row as SizeRow
from benchmarks.figures import Series
from benchmarks.measure import Footprint, Sample
from benchmarks.workloads import Workload

DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Growth:
    """The memory of a recording gateway after so many requests, in MiB."""

    requests: int
    memory_mib: float


@dataclass(frozen=True, slots=True)
class Result:
    """Samples by server and workload, what each server took, what the size of a cassette costs, how memory grew while
    recording."""

    samples: Mapping[tuple[str, str], Sequence[Sample]]
    footprints: Mapping[str, Footprint] = field(default_factory=dict)
    sizes: Sequence[SizeRow] = ()
    growth: Sequence[Growth] = ()

    def series(self, server: str, workload: Workload) -> Series:
        return Series(tuple(self.samples.get((server, workload.name), ())))


def as_json(result: Result, facts: Mapping[str, str]) -> str:
    """Return everything of a run, with the facts of the machine."""
    servers = [
        {"server": server, "workload": workload, "samples": [asdict(sample) for sample in series]}
        for (server, workload), series in result.samples.items()
    ]
    took = {name: asdict(footprint) for name, footprint in result.footprints.items()}
    sizes, growth = [asdict(row) for row in result.sizes], [asdict(row) for row in result.growth]
    document = {"facts": dict(facts), "footprints": took, "sizes": sizes, "growth": growth, "measured": servers}
    return json.dumps(document, indent=1) + "\n"


def from_json(text: str) -> tuple[Result, dict[str, str]]:
    """Return a run and its facts again."""
    document: dict[str, Any] = json.loads(text)
    samples = {
        (each["server"], each["workload"]): tuple(Sample(**sample) for sample in each["samples"])
        for each in document["measured"]
    }
    result = Result(
        samples,
        {name: Footprint(**took) for name, took in document["footprints"].items()},
        tuple(SizeRow(**row) for row in document["sizes"]),
        tuple(Growth(**row) for row in document["growth"]),
    )
    return result, document["facts"]


def requests_per_s(sample: Sample) -> float:
    return sample.requests_per_s


def cpu_us_per_request(sample: Sample) -> float:
    return sample.cpu_us_per_request


def alone_p50_us(sample: Sample) -> float:
    return sample.alone_p50_us


def alone_p99_us(sample: Sample) -> float:
    return sample.alone_p99_us


def busy_p99_ms(sample: Sample) -> float:
    return sample.busy_p99_us / 1000

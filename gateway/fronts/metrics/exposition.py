"""Numbers in the form that Prometheus reads: the sums over all processes, and how things stand at this moment.

Series are bounded: operations, modes, decisions, reasons and steps are closed sets, and of the requests at most
`MOST_REQUESTS` combinations are told apart; the rest is one series. Each scrape makes the families anew.
Source: Prometheus, writing exporters, and its naming rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder

from gateway.fronts.metrics import meter
from gateway.fronts.metrics.processes import Process, measured
from gateway.fronts.metrics.tallies import NO_ROOM, PID, Memory, Name

MOST_REQUESTS = 1000
_OTHERS = ("other",) * 4

# Family, what it is called, what it says, its labels.
_COUNTERS = (
    (meter.ORIGINS, "answers", "Answers by who they are from: cloud, cassette, gateway, fault.", ("origin",)),
    (meter.REFUSALS, "refusals", "Answers of the gateway's own by reason.", ("reason",)),
    (meter.UPSTREAM, "upstream_answers", "What upstreams said: status class or failure.", ("service", "result")),
    (meter.CASSETTE, "cassette", "How the cassette took part: hit, miss, stored, stored-miss, none.", ("result",)),
    (meter.FAULTS, "faults", "Faults on purpose that were met.", ("fault",)),
    (meter.NOT_TAKEN, "records_not_taken", "Records that a store did not take.", ("store",)),
    (NO_ROOM[0], "metrics_without_room", "Counts under names that found no room.", ()),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: what is wrong by check, None for what is well; since when the policies are in force, if any;
    how many bytes are free for data; and what this gateway is."""

    checks: Mapping[str, str | None]
    facts: Mapping[str, str]
    policies_at: float | None = None
    free_bytes: int | None = None


def exposed(memory: Memory, standing: Standing, accept: str = "") -> tuple[bytes, str]:
    """Return all metrics, with their content type, in the form that a scraper accepts."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(lambda: (*counted(memory.totals()), *standing_now(standing), *_worked(memory))))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Families:
    """What a registry asks for its metrics."""

    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families()

    def describe(self) -> Iterable[Metric]:
        return ()


def counted(totals: Mapping[Name, int]) -> Iterator[Metric]:
    """Yield what was counted."""
    yield _requests(totals)
    for family, name, says, labels in _COUNTERS:
        counter = CounterMetricFamily(f"evs_gateway_{name}", says, labels=labels)
        for key, number in _of(totals, family):
            counter.add_metric(key, number)
        yield counter
    yield _steps(totals)
    waiting = totals.get((meter.WAITING,), 0)
    yield GaugeMetricFamily("evs_gateway_store_waiting", "Records that wait for the cassette's store.", value=waiting)


def standing_now(standing: Standing) -> Iterator[Metric]:
    """Yield how things stand."""
    info = GaugeMetricFamily("evs_gateway_info", "What this gateway is.", labels=tuple(standing.facts))
    info.add_metric(tuple(standing.facts.values()), 1)
    yield info
    ready = GaugeMetricFamily("evs_gateway_ready", "1 for each check of /readyz that is well.", labels=("check",))
    for check, fault in standing.checks.items():
        ready.add_metric((check,), int(fault is None))
    yield ready
    if standing.policies_at is not None:
        says = "When the policies in force were loaded."
        yield GaugeMetricFamily("evs_gateway_policies_loaded_timestamp_seconds", says, value=standing.policies_at)
    if standing.free_bytes is not None:
        yield GaugeMetricFamily("evs_gateway_data_free_bytes", "Room for data.", value=standing.free_bytes)


def _requests(totals: Mapping[Name, int]) -> Metric:
    labels = ("operation", "mode", "decision", "status")
    family = CounterMetricFamily("evs_gateway_requests", "Requests at their end.", labels=labels)
    numbers = list(_of(totals, meter.REQUESTS))
    for key, number in numbers[:MOST_REQUESTS]:
        family.add_metric(key, number)
    if len(numbers) > MOST_REQUESTS:
        family.add_metric(_OTHERS, sum(number for _, number in numbers[MOST_REQUESTS:]))
    return family


def _steps(totals: Mapping[Name, int]) -> Metric:
    says = "How long each step took: decide, upstream, keep, audit; whole is all of a request."
    family = HistogramMetricFamily("evs_gateway_step_duration_seconds", says, labels=("step",))
    for (step,), nanoseconds in _of(totals, meter.STEPS_SUM):
        counts = [totals[meter.STEPS, step, bound] for bound in meter.BOUNDS]
        buckets = [*zip(meter.BOUNDS, accumulate(counts), strict=True)]
        family.add_metric((step,), buckets, nanoseconds / 1e9)
    return family


def _worked(memory: Memory) -> Iterator[Metric]:
    """Yield what the processes take of the machine, by the number of the worker."""
    bytes_ = GaugeMetricFamily("evs_gateway_process_resident_memory_bytes", "Resident memory.", labels=("worker",))
    files = GaugeMetricFamily("evs_gateway_process_open_fds", "Open file descriptors.", labels=("worker",))
    cpu = CounterMetricFamily("evs_gateway_process_cpu_seconds", "Processor time, both kinds.", labels=("worker",))
    for worker, numbers in enumerate(memory.numbers()):
        process = measured(numbers.get(PID, 0))
        if isinstance(process, Process):
            bytes_.add_metric((str(worker),), process.resident_bytes)
            files.add_metric((str(worker),), process.open_files)
            cpu.add_metric((str(worker),), process.cpu_s)
    yield from (bytes_, files, cpu)


def _of(totals: Mapping[Name, int], family: str) -> Iterator[tuple[tuple[str, ...], int]]:
    return ((name[1:], number) for name, number in totals.items() if name[0] == family)

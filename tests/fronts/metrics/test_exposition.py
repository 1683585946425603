"""Metrics as Prometheus reads them, with its own parser."""

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from gateway.fronts.admin import admin
from gateway.fronts.metrics import meter as counts
from gateway.fronts.metrics.exposition import MOST_REQUESTS, Standing, exposed
from gateway.fronts.metrics.meter import step
from gateway.fronts.metrics.route import metrics_route
from gateway.fronts.metrics.tallies import Memory, Place

STANDING = Standing({"audit": None, "disk": "full"}, {"version": "1", "mode": "replay"}, 12.5, 4096)
OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
OPEN = "application/openmetrics-text; version=1.0.0"


def samples(families: Iterable[Metric]) -> dict[tuple[str, ...], float]:
    return {
        (
            sample.name.removeprefix("evs_gateway_"),
            *(f"{name}={value}" for name, value in sorted(sample.labels.items())),
        ): sample.value
        for family in families
        for sample in family.samples
    }


def read(memory: Memory, standing: Standing = STANDING) -> dict[tuple[str, ...], float]:
    body, content_type = exposed(memory, standing)
    assert content_type.startswith("text/plain; version=")
    return samples(plain_text(body.decode()))


def test_counts_are_sums_over_processes() -> None:
    memory = Memory(2)
    for process in range(2):
        tally = memory.tally(process)
        tally.add((counts.REQUESTS, "evs_create_volumes", "record", "allow", "202"), 2)
        tally.add((counts.ORIGINS, "cloud"))
        tally.add((counts.REFUSALS, "miss"))
        tally.add((counts.UPSTREAM, "evs", "2xx"))
        tally.add((counts.CASSETTE, "hit"))
        tally.add((counts.FAULTS, 'a"\\b\n'))
        tally.add((counts.NOT_TAKEN, "audit"))
        tally.add((counts.WAITING,), 3)
    assert read(memory) == {
        ("requests_total", "decision=allow", "mode=record", "operation=evs_create_volumes", "status=202"): 4,
        ("answers_total", "origin=cloud"): 2,
        ("refusals_total", "reason=miss"): 2,
        ("upstream_answers_total", "result=2xx", "service=evs"): 2,
        ("cassette_total", "result=hit"): 2,
        ("faults_total", 'fault=a"\\b\n'): 2,
        ("records_not_taken_total", "store=audit"): 2,
        ("metrics_without_room_total",): 0,
        ("store_waiting",): 6,
        ("info", "mode=replay", "version=1"): 1,
        ("ready", "check=audit"): 1,
        ("ready", "check=disk"): 0,
        ("policies_loaded_timestamp_seconds",): 12.5,
        ("data_free_bytes",): 4096,
    }


def test_times_are_a_histogram() -> None:
    memory = Memory()
    took = step(memory.tally(), "keep")
    for seconds in (0.0001, 0.002, 0.002, 90.0):
        took(seconds)
    read_ = read(memory)
    buckets = {name[1]: value for name, value in read_.items() if name[0] == "step_duration_seconds_bucket"}
    assert list(buckets.values()) == sorted(buckets.values())
    assert [buckets[f"le={bound}"] for bound in ("0.0001", "0.001", "0.0025", "60.0", "+Inf")] == [1, 1, 3, 3, 4]
    assert read_["step_duration_seconds_count", "step=keep"] == 4
    assert read_["step_duration_seconds_sum", "step=keep"] == pytest.approx(90.0041)


def test_where_there_are_no_policies_and_no_data_nothing_is_said_of_them() -> None:
    names = {name for name, *_ in read(Memory(), Standing({}, {"mode": "replay"}))}
    assert names == {"metrics_without_room_total", "store_waiting", "info"}


def test_every_metric_is_explained_to_operators() -> None:
    place = Place()
    step(place.tally(), "keep")
    body, _ = exposed(place.memory, STANDING)
    told = set(re.findall(r"`(evs_gateway_\w+?)(?:_total)?`", OPERATIONS.read_text()))
    assert {family.name for family in plain_text(body.decode())} == told


def test_processes_are_told_by_their_worker() -> None:
    place = Place(Memory(3), 1)
    place.tally()
    read_ = read(place.memory)
    assert {name for name in read_ if name[0].startswith("process")} == {
        ("process_resident_memory_bytes", "worker=1"),
        ("process_open_fds", "worker=1"),
        ("process_cpu_seconds_total", "worker=1"),
    }


def test_more_combinations_than_are_told_apart_are_one_series() -> None:
    memory = Memory()
    tally = memory.tally()
    for status in range(MOST_REQUESTS + 50):
        tally.add((counts.REQUESTS, "evs_create_volumes", "record", "allow", str(status)), 2)
    requests = {name: value for name, value in read(memory).items() if name[0] == "requests_total"}
    assert len(requests) == MOST_REQUESTS + 1
    assert requests["requests_total", "decision=other", "mode=other", "operation=other", "status=other"] == 100


def test_a_scraper_gets_the_form_it_asks_for() -> None:
    memory = Memory()
    memory.tally().add((counts.ORIGINS, "cloud"))
    app = admin({}, [metrics_route(memory, lambda: STANDING)])

    async def scraped() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
            return await client.get("/metrics", headers={"accept": OPEN})

    answer = asyncio.run(scraped())
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert samples(open_metrics(answer.text))["answers_total", "origin=cloud"] == 1

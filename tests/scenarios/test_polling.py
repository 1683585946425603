"""Things that change while one looks: jobs, disks, lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.exchange import Exchange
from gateway.stores.copying import write_cassette

from .client import Client, client
from .clock import BEGINNING, Clock
from .gateways import exchanges, gateway, recorded, replayed
from .origin import origin, simulated

JOB = ["INIT", "RUNNING", "RUNNING", "RUNNING", "SUCCESS"]
DISK = ["creating", "creating", "creating", "available"]


def order_and_watch(one: Client) -> tuple[list[str], list[str]]:
    """Order a disk and look at its job and at itself in turn, until both are done; return what they were."""
    job, jobs, disks, disk = one.order(), [], [], None
    while not jobs or jobs[-1] != "SUCCESS":
        told = one.job(job)
        jobs.append(told["status"])
        disk = told["entities"].get("volume_id")
        if disk is not None:
            disks.append(one.volume(disk)["status"])
        one.wait()
    return jobs, disks


def finished(one: Client) -> str:
    """Order a disk, poll its job to the end, and return the disk."""
    job = one.order()
    for _ in range(60):
        told = one.job(job)
        if told["status"] == "SUCCESS":
            return str(told["entities"]["volume_id"])
        one.wait()
    raise AssertionError(told)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cassette = tmp_path_factory.mktemp("polling") / "watched.sqlite"
    assert recorded(cassette, order_and_watch) == (JOB, DISK)
    return cassette


def test_1_a_job_and_its_disk_end_as_recorded_and_nobody_asks_the_cloud(tmp_path: Path) -> None:
    """Beats: all surveyed, of which none follows a job and its disk without scenarios written by hand."""
    clock, cassette = Clock(), tmp_path / "watched.sqlite"
    with origin(simulated(clock)) as cloud:
        with gateway("record", cassette, cloud.url, clock) as recorder, client(recorder.endpoint, clock) as one:
            assert order_and_watch(one) == (JOB, DISK)
        asked = len(cloud.asked)
        with gateway("replay", cassette, cloud.url, clock) as player, client(player.endpoint, clock) as one:
            assert order_and_watch(one) == (JOB, DISK)
        assert len(cloud.asked) == asked == len(JOB) + len(DISK) + 1


@pytest.mark.parametrize("pause_s", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("polls", [1, 2, 3, 6, 50])
def test_2_any_number_of_polls_ends_available_and_stays(watched: Path, polls: int, pause_s: float) -> None:
    """Beats: mountebank and MockServer (cycle), VCR.py and mitmproxy (first for ever, exception, upstream)."""

    def life(one: Client) -> list[str]:
        one.pause_s = pause_s
        job = one.order()
        while not (entities := one.job(job)["entities"]):
            one.wait()
        seen = []
        for _ in range(polls):
            seen.append(one.volume(entities["volume_id"])["status"])
            one.wait()
        while one.job(job)["status"] != "SUCCESS":
            one.wait()
        return seen + [one.volume(entities["volume_id"])["status"] for _ in range(5)]

    seen = replayed(watched, life)
    assert seen[-5:] == ["available"] * 5
    assert seen == sorted(seen, reverse=True), "never back to creating"


@pytest.mark.parametrize("pause_s", [0.0, 1.0, 3.0])
def test_3_a_disk_first_asked_for_after_its_job_succeeded_is_available(watched: Path, pause_s: float) -> None:
    """Beats: all surveyed: each series moves by its own calls, and no clock joins them."""

    def life(one: Client) -> list[str]:
        one.pause_s = pause_s
        disk = finished(one)
        return [one.volume(disk)["status"] for _ in range(2)]

    assert replayed(watched, life) == ["available", "available"]


def lists(one: Client, times: int) -> list[str]:
    """List as often as said, and return what the last list held."""
    return [one.listed() for _ in range(times)][-1]


@pytest.mark.parametrize("times", [1, 2, 3, 7])
def test_4_lists_and_the_final_404_follow_the_writes_however_often_lists_are_asked(tmp_path: Path, times: int) -> None:
    """Beats: Hoverfly's default, go-vcr, VCR.py: answers are counted, and nothing knows what a write does."""

    def life(one: Client, times: int = 2) -> tuple[int, bool, int, int]:
        before = len(lists(one, times))
        disk = one.create()
        one.until(disk, "available")
        there = disk in lists(one, times)
        assert one("DELETE", f"/v2/{{p}}/volumes/{disk}").status_code == 202
        gone = one.until_gone(disk)
        return before, there, len(lists(one, times)), gone

    cassette = tmp_path / "lists.sqlite"
    assert recorded(cassette, life) == (0, True, 0, 404)
    assert replayed(cassette, lambda one: life(one, times)) == (0, True, 0, 404)


POLLS = 3600
TEXT_BYTES = 20_000


def patient(one: Client) -> list[str]:
    """Create a disk and poll it each second for an hour, until it is there."""
    disk = one.create()
    seen = []
    while not seen or seen[-1] != "available":
        seen.append(one.volume(disk)["status"])
        one.wait()
    return seen


def hour(folder: Path) -> Path:
    """Return a text cassette of an hour of polls, each second one, made from a short recording."""
    recorded(folder / "short.sqlite", patient)
    create, poll, *_, there = exchanges(folder / "short.sqlite")
    polls = [moved(poll, second) for second in range(POLLS)]
    write_cassette(folder / "hour.cassette", [create, *polls, moved(there, POLLS)])
    return folder / "hour.cassette"


def moved(exchange: Exchange, second: int) -> Exchange:
    at = BEGINNING + second
    return replace(exchange, started_at=at, completed_at=at, seq=0)


def test_5_an_hour_of_polls_is_a_handful_of_files_and_need_not_be_waited_for_again(tmp_path: Path) -> None:
    """Beats: the Azure test-proxy (azure-sdk-tools#2703): a file of an hour, and an hour to play it."""
    cassette = hour(tmp_path)
    assert len(exchanges(cassette)) == POLLS + 2
    text = [path for path in cassette.iterdir() if not path.name.startswith(".")]
    assert len(text) <= 5
    assert sum(path.stat().st_size for path in text) < TEXT_BYTES
    again = {name: polls_of(cassette, **words) for name, words in PACES.items()}
    assert again == {"a minute between polls": 61, "an hour in a second": 2, "by steps": 2}


PACES: dict[str, dict[str, Any]] = {
    "a minute between polls": {"pause_s": 60.0},
    "an hour in a second": {"speed": 3600.0},
    "by steps": {"progress": "step"},
}


def polls_of(cassette: Path, pause_s: float = 1.0, **replay: Any) -> int:
    """Replay the hour at a pace, and return how often the disk was asked for."""
    clock = Clock()
    with gateway("replay", cassette, clock=clock, replay=replay) as player, client(player.endpoint, clock) as one:
        one.pause_s = pause_s
        return len(patient(one))

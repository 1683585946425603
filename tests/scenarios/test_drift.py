"""A service that is not any more what was recorded, a reference that is stricter, a recording that is old."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.verify import verify
from gateway.contract.faults import VOLUME_SIZE
from gateway.contract.model import Match, Severity
from gateway.drift import compare
from gateway.errors import CassetteError
from gateway.http.messages import Headers, Request, Response
from gateway.validation import Finding, validate
from tests.clients import harness

from .client import Client, client
from .clock import Clock
from .gateways import exchanges, gateway, recorded
from .origin import Answerer, origin, simulated


def life(one: Client) -> dict[str, Any]:
    """Create a disk and show it once it is there."""
    disk = one.create(size=40)
    one.until(disk, "available")
    return dict(one.volume(disk))


def changed(cloud: Answerer, change: Callable[[dict[str, Any]], None]) -> Answerer:
    """Return a cloud whose shown disks are changed."""

    def answer(request: Request) -> Response:
        response = cloud(request)
        if request.method != "GET":
            return response
        body = json.loads(response.body)
        change(body["volume"])
        return response.with_body(json.dumps(body).encode())

    return answer


def drift(volume: dict[str, Any]) -> None:
    """Gain a member, drop a member, change a type."""
    volume["colour"] = "blue"
    del volume["bootable"]
    volume["size"] = str(volume["size"])


def test_26_a_member_gained_dropped_and_of_another_type_is_told_by_weight_and_the_client_gets_it_live(
    tmp_path: Path,
) -> None:
    """Beats: Hoverfly's diff, which looks at recorded headers only, and all others, which compare nothing."""
    cassette, report = tmp_path / "then.sqlite", tmp_path / "report.json"
    recorded(cassette, life)
    clock = Clock()
    told = ("--verify-report", str(report))
    with (
        origin(changed(simulated(clock), drift)) as now,
        harness.gateway(tmp_path, "verify", cassette, now.url, "--sandbox", *told) as verifier,
        client(verifier.public, clock) as one,
    ):
        live = life(one)
        verifier.process.send_signal(signal.SIGTERM)
        assert verifier.process.wait(harness.END_S) == 4
    assert (live["colour"], live["size"], "bootable" in live) == ("blue", "40", False)
    departures = json.loads(report.read_text())["departures"]
    found = {(each["severity"], each["rule"], each["where"]) for each in departures}
    assert found == {
        ("info", "added", "/volume/colour"),
        ("error", "removed", "/volume/bootable"),
        ("error", "type", "/volume/size"),
    }


MOST_GB = 30


def stricter(match: Match, has_body: bool, headers: Headers) -> tuple[Finding, ...]:
    """Judge as today's reference does, but for the size of a disk: that rule was tightened."""
    findings = validate(match, has_body, headers)
    size = match.body["volume"]["size"] if match.operation.id == "cinder_create_volume" else 0
    if size <= MOST_GB:
        return findings
    limit, source = f"1 to {MOST_GB} GB", "a new issue"
    return (*findings, Finding("range", Severity.REJECT, "/volume/size", limit, str(size), VOLUME_SIZE, source))


def test_27_a_tightened_rule_tells_which_exchanges_are_invalid_now_without_a_network(tmp_path: Path) -> None:
    """Beats: all surveyed, which hold no recording against a contract."""
    cassette = tmp_path / "sized.sqlite"

    def sizes(one: Client) -> None:
        for size in (20, 40, 50):
            one.create(size=size)

    recorded(cassette, sizes)
    assert not verify(exchanges(cassette), validate, compare).has_drifted
    tally = verify(exchanges(cassette), stricter, compare)
    told = [(each.seq, each.operation, each.where, each.expected, each.found) for each in tally.first.values()]
    assert told == [
        (2, "cinder_create_volume", "/volume/size", "1 to 30 GB", "40"),
        (3, "cinder_create_volume", "/volume/size", "1 to 30 GB", "50"),
    ]


def test_29_two_seeded_runs_have_their_faults_at_the_same_places_and_none_is_recorded(tmp_path: Path) -> None:
    """Beats: mountebank (#918, asked for) and WireMock: no fault with a probability, none that can be repeated."""
    cassette = tmp_path / "flaky.sqlite"
    fault = {"name": "flaky", "status": 500, "probability": 0.2, "seed": 7}

    def life(one: Client) -> list[int]:
        return [one("GET", "/v2/{p}/types").status_code for _ in range(50)]

    def run() -> list[int]:
        with gateway("replay", cassette, faults=(fault,)) as player, client(player.endpoint) as one:
            return life(one)

    clock = Clock()
    with (
        origin(simulated(clock)) as cloud,
        gateway("record", cassette, cloud.url, clock, faults=(fault,)) as recorder,
        client(recorder.endpoint, clock) as one,
    ):
        recording = life(one)
    assert (set(recording), 3 <= recording.count(500) <= 20) == ({200, 500}, True)
    assert {each.response.status for each in exchanges(cassette)} == {200}
    assert run() == run() == recording


def test_29_an_expired_cassette_fails_with_its_name_and_nothing_is_recorded_anew(tmp_path: Path) -> None:
    """Age counts from the recording, not from the last use. Beats: Ruby VCR (#734: CI records anew, silently)."""
    cassette, clock = tmp_path / "old.cassette", Clock()
    bound = {"cassette_settings": {"max_age_days": 30, "on_age": "fail"}}

    def replay(clock: Clock) -> None:
        with (
            gateway("replay", cassette, clock=clock, **bound) as player,
            client(player.endpoint) as one,
        ):
            one.create(size=40)

    recorded(cassette, lambda one: one.create(size=40))
    before = {path.name: path.read_bytes() for path in cassette.iterdir()}
    clock.sleep(29 * 86_400)
    replay(clock)
    clock.sleep(2 * 86_400)
    with pytest.raises(CassetteError, match=r"old\.cassette: was recorded 31 days ago"):
        replay(clock)
    assert {path.name: path.read_bytes() for path in cassette.iterdir()} == before

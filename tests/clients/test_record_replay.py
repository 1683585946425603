"""Each client's life, recorded through the gateway, then answered again with the cloud gone."""

from __future__ import annotations

from pathlib import Path

from . import openstack_life
from .harness import CAROL, DAVE, gateway, simulator
from .sessions import LIBRARY_WARNINGS, Recording, hold, knocked, trap

pytestmark = LIBRARY_WARNINGS

# What the gateway itself refuses in each life, in the words of its library.
CINDER = dict.fromkeys(("no size", "size in words", "too large"), (400, "invalid volume size!"))
OPENSTACK = {"no size": (400, "BadRequestException: 400", "invalid volume size!")}
HUAWEI = {
    "no zone": (400, "EVS.1036", "invalid availability zone!"),
    "too large": (400, "EVS.1010", "invalid volume size!"),
    "no volume": (400, "EVS.1008", "null createVolumeReq!"),
}
REFUSED = {"cinder": CINDER, "openstack": OPENSTACK, "openstack-discovered": OPENSTACK, "huawei": HUAWEI}


def test_a_life_replays_twice_with_new_names_and_nobody_asks_the_cloud(recording: Recording, tmp_path: Path) -> None:
    with (
        trap(recording.cloud) as listening,
        gateway(tmp_path, "replay", recording.cassette, recording.cloud) as replayer,
    ):
        second = recording.life(replayer.public, "second-run")
        third = recording.life(replayer.public, "third")
        assert not knocked(listening)
    assert second.steps == recording.seen.steps
    assert third.steps == recording.seen.steps
    hold(second)
    hold(third)


def test_a_life_replays_for_other_projects_and_unruly_names_without_upstream(
    recording: Recording, tmp_path: Path
) -> None:
    with gateway(tmp_path, "replay", recording.cassette, upstream=None) as replayer:
        others = recording.life(replayer.public, "größe 7 & 'more' = \"b\" 100%", (CAROL, DAVE))
    assert others.steps == recording.seen.steps
    hold(others)


def test_once_records_the_first_run_and_replays_every_later_one(tmp_path: Path) -> None:
    life, cassette = openstack_life.life, tmp_path / "cassette.sqlite"
    with simulator(tmp_path) as cloud, gateway(tmp_path, "once", cassette, cloud.public) as first:
        recorded = life(first.public, "first")
    with gateway(tmp_path, "once", cassette, cloud.public) as later:
        assert life(later.public, "later").steps == recorded.steps


def test_refusals_of_the_gateway_read_well_in_every_library(recording: Recording) -> None:
    refused = REFUSED.get(recording.client, {})
    assert {step.name: step.facts for step in recording.seen.steps if step.name in refused} == refused
    assert recording.seen.wire.refused_here == len(refused)

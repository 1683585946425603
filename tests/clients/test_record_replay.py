"""Each client's life, recorded through the gateway, then answered again with the cloud gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from . import cinder_life, huawei_life, openstack_life
from .diary import Step
from .harness import CAROL, DAVE, gateway
from .sessions import LIBRARY_WARNINGS, Life, hold, knocked, record, trap

pytestmark = LIBRARY_WARNINGS

LIVES = {
    "cinder": cinder_life.life,
    "openstack": openstack_life.life,
    "openstack-discovered": openstack_life.discovered_life,
    "huawei": huawei_life.life,
    "huawei-undocumented": huawei_life.undocumented_life,
}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded life: what it saw, where it is kept, and where the cloud was."""

    life: Life
    steps: list[Step]
    cassette: Path
    cloud: str


@pytest.fixture(scope="module", params=LIVES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    life, folder = LIVES[request.param], tmp_path_factory.mktemp(request.param)
    [recorded], cloud = record(folder, folder / "cassette.sqlite", (life, "recorded"))
    return Recording(life, recorded.steps, folder / "cassette.sqlite", cloud)


def test_a_life_replays_twice_with_new_names_and_nobody_asks_the_cloud(recording: Recording, tmp_path: Path) -> None:
    with (
        trap(recording.cloud) as listening,
        gateway(tmp_path, "replay", recording.cassette, recording.cloud) as replayer,
    ):
        second = recording.life(replayer.public, "second-run")
        third = recording.life(replayer.public, "third")
        assert not knocked(listening)
    assert second.steps == recording.steps
    assert third.steps == recording.steps
    hold(second)
    hold(third)


def test_a_life_replays_for_other_projects_and_unruly_names_without_upstream(
    recording: Recording, tmp_path: Path
) -> None:
    with gateway(tmp_path, "replay", recording.cassette, upstream=None) as replayer:
        others = recording.life(replayer.public, "größe 7 & 'more' = \"b\" 100%", (CAROL, DAVE))
    assert others.steps == recording.steps
    hold(others)

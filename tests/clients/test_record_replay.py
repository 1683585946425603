"""Each client's life, recorded through the gateway, then answered again with the cloud gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import cinder_life, huawei_life, openstack_life
from .harness import gateway
from .sessions import LIBRARY_WARNINGS, Life, hold, knocked, record, trap

pytestmark = LIBRARY_WARNINGS

LIVES = {
    "cinder": cinder_life.life,
    "openstack": openstack_life.life,
    "openstack-discovered": openstack_life.discovered_life,
    "huawei": huawei_life.life,
    "huawei-undocumented": huawei_life.undocumented_life,
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_a_recorded_life_replays_twice_with_new_names_and_the_cloud_gone(life: Life, tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.sqlite"
    [recorded], cloud = record(tmp_path, cassette, (life, "recorded"))
    with trap(cloud) as listening, gateway(tmp_path, "replay", cassette, cloud) as replayer:
        second = life(replayer.public, "second-run")
        third = life(replayer.public, "third")
        assert not knocked(listening)
    assert second.steps == recorded.steps
    assert third.steps == recorded.steps
    hold(second)
    hold(third)


def test_replay_needs_no_upstream_at_all(tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.sqlite"
    [recorded], _ = record(tmp_path, cassette, (huawei_life.life, "recorded"))
    with gateway(tmp_path, "replay", cassette, upstream=None) as replayer:
        assert huawei_life.life(replayer.public, "alone").steps == recorded.steps

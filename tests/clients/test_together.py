"""Two clients recorded at once into one cassette replay together, and each of them alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from . import cinder_life, huawei_life, openstack_life
from .diary import Diary
from .harness import gateway, simulator
from .sessions import LIBRARY_WARNINGS, Life, hold

pytestmark = LIBRARY_WARNINGS

PAIRS = {
    "cinder+openstack": (cinder_life.life, openstack_life.life),
    "cinder+huawei": (cinder_life.life, huawei_life.life),
}


def at_once(base_url: str, lives: tuple[Life, ...], tags: tuple[str, ...]) -> list[Diary]:
    """Live several lives at the same time."""
    with ThreadPoolExecutor(len(lives)) as threads:
        running = [threads.submit(life, base_url, tag) for life, tag in zip(lives, tags, strict=True)]
        return [each.result() for each in running]


@pytest.mark.parametrize("lives", PAIRS.values(), ids=PAIRS.keys())
def test_clients_recorded_at_once_replay_together_and_alone(lives: tuple[Life, Life], tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.sqlite"
    with simulator(tmp_path) as cloud, gateway(tmp_path, "record", cassette, cloud.public) as recorder:
        recorded = at_once(recorder.public, lives, ("recorded", "beside"))
    for diary in recorded:
        hold(diary)
    with gateway(tmp_path, "replay", cassette, cloud.public) as replayer:
        together = at_once(replayer.public, lives, ("new-names", "other"))
        turned = at_once(replayer.public, lives[::-1], ("turned", "about"))[::-1]
    for number, life in enumerate(lives):
        assert together[number].steps == recorded[number].steps
        assert turned[number].steps == recorded[number].steps
        with gateway(tmp_path, "replay", cassette, cloud.public) as replayer:
            assert life(replayer.public, "alone").steps == recorded[number].steps

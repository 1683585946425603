"""Clients recorded at once into one cassette replay together, in another order too, and each of them alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from . import cinder_life, huawei_life, openstack_life
from .diary import Diary
from .harness import TWO_PROJECTS, Projects, gateway, simulator
from .sessions import LIBRARY_WARNINGS, Life, hold

pytestmark = LIBRARY_WARNINGS

CINDER, OPENSTACK, HUAWEI = cinder_life.life, openstack_life.life, huawei_life.life
TOGETHER = {
    "cinder+openstack": ((CINDER, OPENSTACK), "1"),
    "cinder+huawei": ((CINDER, HUAWEI), "1"),
    "all through two workers": ((CINDER, OPENSTACK, HUAWEI), "2"),
}
RECORDED, SECOND, THIRD = (
    ("recorded", "beside", "with-them"),
    ("new-names", "other", "more"),
    ("turned", "about", "once-more"),
)


def at_once(
    base_url: str, lives: tuple[Life, ...], tags: tuple[str, ...], projects: Sequence[Projects] = (TWO_PROJECTS,) * 3
) -> list[Diary]:
    """Live several lives at the same time."""
    with ThreadPoolExecutor(len(lives)) as threads:
        running = [threads.submit(life, base_url, *each) for life, *each in zip(lives, tags, projects, strict=False)]
        return [each.result() for each in running]


@pytest.mark.parametrize(("lives", "workers"), TOGETHER.values(), ids=TOGETHER.keys())
def test_clients_recorded_at_once_replay_together_and_alone(
    lives: tuple[Life, ...], workers: str, tmp_path: Path
) -> None:
    cassette = tmp_path / "cassette.sqlite"
    with (
        simulator(tmp_path) as cloud,
        gateway(tmp_path, "record", cassette, cloud.public, "--workers", workers) as recorder,
    ):
        recorded = at_once(recorder.public, lives, RECORDED)
    for diary in recorded:
        hold(diary)
    with gateway(tmp_path, "replay", cassette, cloud.public) as replayer:
        together = at_once(replayer.public, lives, SECOND)
        turned = at_once(replayer.public, lives[::-1], THIRD)[::-1]
    for number, life in enumerate(lives):
        assert together[number].steps == recorded[number].steps
        assert turned[number].steps == recorded[number].steps
        with gateway(tmp_path, "replay", cassette, cloud.public) as replayer:
            assert life(replayer.public, "alone").steps == recorded[number].steps

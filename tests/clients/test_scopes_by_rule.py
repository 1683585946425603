"""Unmodified clients at one listener, each copy with projects and tokens of its own: a rule keeps them apart.

A life hands a disk over to its second project: that one finds the scope of the first by the id it names.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .harness import CAROL, DAVE, TWO_PROJECTS, Projects, gateway
from .sessions import LIBRARY_WARNINGS, Recording, hold

COPIES = (TWO_PROJECTS, (CAROL, DAVE))

pytestmark = [*LIBRARY_WARNINGS, pytest.mark.parametrize("recording", ["cinder", "huawei"], indirect=True)]


@pytest.mark.parametrize("by", ["project", "token"])
def test_copies_with_projects_of_their_own_replay_at_once(recording: Recording, by: str, tmp_path: Path) -> None:
    with gateway(tmp_path, "replay", recording.cassette, None, "--scopes-by", by) as server:

        def live(projects: Projects) -> None:
            diary = recording.life(server.public, f"copy-{projects[0]}", projects)
            assert diary.steps == recording.seen.steps
            hold(diary)

        with ThreadPoolExecutor(len(COPIES)) as threads:
            list(threads.map(live, COPIES))

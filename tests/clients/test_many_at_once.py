"""One cassette of each client, replayed by many workers at once: each in a scope of its own, by a listener of its own.

No worker sleeps: where it would, it moves on the clock that its gateway goes by.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from .clocks import SharedClock
from .diary import Diary
from .harness import CAROL, DAVE, TWO_PROJECTS, started
from .sessions import LIBRARY_WARNINGS, Recording, hold

pytestmark = [*LIBRARY_WARNINGS, pytest.mark.parametrize("recording", ["cinder", "openstack", "huawei"], indirect=True)]

RUNS, WORKERS = 20, 8
PROJECTS = (TWO_PROJECTS, (CAROL, DAVE))


@pytest.mark.parametrize(("processes", "pause_s"), [(1, 0), (2, 3)])
def test_twenty_runs_by_eight_workers_with_other_names_and_speeds_are_all_as_recorded(
    recording: Recording, processes: int, pause_s: float, tmp_path: Path
) -> None:
    clock = SharedClock(tmp_path / "clock")
    runs = iter(range(RUNS))

    def work(worker: int, address: str) -> list[Diary]:
        """Live again and again until all runs are taken."""
        pause, projects = partial(clock.sleep, pause_s), PROJECTS[worker % 2]
        return [recording.life(address, f"run-{number}", projects, pause) for number in runs]

    with ExitStack() as stack:
        addresses = scopes(stack, tmp_path, recording.cassette, processes)
        with ThreadPoolExecutor(WORKERS) as threads:
            diaries = [diary for lived in threads.map(work, range(WORKERS), addresses) for diary in lived]
    assert len(diaries) == RUNS
    for diary in diaries:
        assert diary.steps == recording.seen.steps
        hold(diary)


def scopes(stack: ExitStack, folder: Path, cassette: Path, processes: int) -> list[str]:
    """Start gateways on one cassette, and return the addresses of as many scopes as there are workers."""
    arguments = ("clocked", str(folder / "clock"), str(cassette), str(WORKERS // processes))
    servers = [
        stack.enter_context(started(folder, *arguments, module="tests.clients.clocked")) for _ in range(processes)
    ]
    return [url for server in servers for url in server.ready["scopes"].values()]

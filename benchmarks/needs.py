"""What must be there before anything is measured. Nothing is installed; the first thing missing is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.failures import CannotMeasureError
from benchmarks.peers import Contest, environment, program

_FROM_DEBIAN = {"wrk": "wrk", "nginx": "nginx", "taskset": "util-linux"}


def check(contests: Sequence[Contest]) -> None:
    """Errors: CannotMeasureError with one sentence that names what is missing and where it comes from."""
    for name, package in _FROM_DEBIAN.items():
        if shutil.which(name) is None:
            raise CannotMeasureError(f"{name} is not on the PATH: install Debian's package {package}.")
    made_of = {peer.program for contest in contests for peer in contest.peers}
    if "mitmdump" in made_of and program("mitmdump") is None:
        raise CannotMeasureError("mitmdump is not there: install the extra with `pip install '.[forward]'`.")
    if "gateway" in made_of and not _gateway_serves():
        raise CannotMeasureError(
            f"`{sys.executable} -m gateway serve` does not start: run benchmarks/run with the Python of the virtual "
            "environment the gateway is installed in."
        )


def two_cores() -> tuple[int, int]:
    """Return the core of the load and the origin, and the core of the servers."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise CannotMeasureError("two cores are needed: one for the load and the origin, one for the servers.")
    return allowed[0], allowed[1]


def _gateway_serves() -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "serve", "--help"], capture_output=True, env=environment(), check=False
    )
    return done.returncode == 0

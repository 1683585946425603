"""What a crash leaves: nothing."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PATTERN = Path("/proc/sys/kernel/core_pattern").read_text().strip()
SECRET = "tok-" + "core" * 8

CRASH = f"""
import os, signal
secret = {SECRET!r}
{{}}
os.kill(os.getpid(), signal.SIGSEGV)
"""
GUARDED = "from gateway.fronts.cores import leave_no_core; leave_no_core()"


def crashed(folder: Path, before: str) -> list[Path]:
    """Return the core files of a process that crashed in a folder where it may leave any."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run(
        [sys.executable, "-c", CRASH.format(before)],
        cwd=folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
        check=False,
    )
    assert done.returncode == -signal.SIGSEGV
    return [path for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_a_crash_leaves_no_image_of_memory(tmp_path: Path) -> None:
    assert crashed(tmp_path, GUARDED) == []


def test_without_the_guard_it_would_where_the_machine_keeps_any() -> None:
    with tempfile.TemporaryDirectory() as folder:
        may = resource.getrlimit(resource.RLIMIT_CORE)[1] == resource.RLIM_INFINITY and PATTERN[:1] not in "/|"
        assert len(crashed(Path(folder), "")) == int(may)


def test_nobody_of_the_same_user_may_look_into_it() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{GUARDED}; import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "0\n"

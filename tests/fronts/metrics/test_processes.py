import os
from pathlib import Path

from gateway.fronts.metrics.processes import Process, Unknown, measured


def test_this_process_takes_memory_time_and_files() -> None:
    process = measured(os.getpid())
    assert isinstance(process, Process)
    assert process.resident_bytes > 1_000_000
    assert process.cpu_s > 0
    assert process.open_files > 2


def test_nobody_is_nothing() -> None:
    assert measured(0) == Unknown()


def test_numbers_are_read_behind_any_name(tmp_path: Path) -> None:
    (tmp_path / "7" / "fd").mkdir(parents=True)
    (tmp_path / "7" / "fd" / "0").touch()
    (tmp_path / "7" / "statm").write_text("900 3 0 0 0 0 0\n")
    (tmp_path / "7" / "stat").write_text("7 (a ) b) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 0 0 0\n")
    seconds = 200 / os.sysconf("SC_CLK_TCK")
    assert measured(7, tmp_path) == Process(3 * os.sysconf("SC_PAGE_SIZE"), seconds, 1)

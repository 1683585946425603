import os
from pathlib import Path

import pytest

from gateway.fronts.room import LEAST_BYTES, Measure, free_bytes, kept_in, room_fault
from gateway.settings import AuditSettings, Settings


def disk(free_blocks: int, flags: int = 0) -> Measure:
    """Return a measure that finds so many blocks of 4 KiB."""
    told = os.statvfs_result((4096, 4096, 1000, free_blocks, free_blocks, 10, 10, 10, flags, 255))
    return lambda _: told


def test_there_is_room_on_this_machine(tmp_path: Path) -> None:
    assert room_fault([tmp_path]) is None
    assert (free_bytes([tmp_path]) or 0) > LEAST_BYTES


@pytest.mark.parametrize(
    ("measure", "fault"),
    [
        (disk(256), None),
        (disk(255), "data: the disk is full (1044480 bytes are free)"),
        (disk(256, os.ST_NOSUID), None),
        (disk(256, os.ST_RDONLY), "data: is read-only"),
    ],
)
def test_there_is_room_until_there_is_less_than_the_least(measure: Measure, fault: str | None) -> None:
    assert room_fault([Path("data")], measure) == fault


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert room_fault([tmp_path, gone]) == f"{gone}: cannot be used (No such file or directory)"
    assert free_bytes([gone]) is None


def test_where_nothing_is_kept_there_is_nothing_to_say() -> None:
    assert (room_fault([]), free_bytes([])) == (None, None)


@pytest.mark.parametrize(
    ("mode", "trail", "folders"),
    [
        ("record", "on", ["tapes", "data"]),
        ("record", "off", ["tapes"]),
        ("passthrough", "on", ["data"]),
        ("replay", "off", []),
    ],
)
def test_what_is_kept_where(mode: str, trail: str, folders: list[str]) -> None:
    settings = Settings.model_validate(
        {"data": "data", "cassette": {"mode": mode, "path": "tapes/a.sqlite"}, "audit": {"trail": trail}}
    )
    assert kept_in(settings) == tuple(map(Path, folders))


def test_a_trail_with_a_folder_of_its_own(tmp_path: Path) -> None:
    settings = Settings(audit=AuditSettings(trail="on", path=tmp_path))
    assert kept_in(settings) == (tmp_path,)

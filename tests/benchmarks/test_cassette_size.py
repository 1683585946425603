"""The benchmark of cassette size: its recording and its table."""

from benchmarks.cassette_size import PROJECT, Row, disk_id, disks_of, median, recording, table
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Hit, Player
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import Client, Playing


def test_every_disk_of_the_recording_replays() -> None:
    exchanges = list(recording(50))
    assert (len(exchanges), disks_of(50)) == (50, 5)
    assert {each.operation for each in exchanges} == {"cinder_show_volume", "cinder_update_volume"}
    played = Playing(Player(MemoryIndex(exchanges, CATALOGUE)))
    for disk in (4, 0, 3, 1, 2) * 10:
        Client(played.answer, PROJECT)("GET", f"/v2/{PROJECT}/volumes/{disk_id(disk)}")
    assert played.misses == []
    assert all(isinstance(hit, Hit) for hit in played.hits)


def test_rows_are_a_table() -> None:
    assert table([Row("a", 1_000_000, 0.0012, 101.7, 10, 4321.9, 270.4)]).splitlines()[-1] == (
        "| a | 1,000,000 | 1 ms | 102 MB | 10 | 4,322 | 270 |"
    )


def test_of_equal_measurements_the_middle_is_shown() -> None:
    rows = [Row("a", 100, 0.1 * n, 50.0 + n, 10, 1000.0 * n, 200.0 / n) for n in (3, 1, 2)]
    assert median(rows) == Row("a", 100, 0.2, 52.0, 10, 2000.0, 100.0)

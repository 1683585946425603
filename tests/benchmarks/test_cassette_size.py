"""The benchmark of cassette size: its recording and its table."""

from benchmarks.cassette_size import PROJECT, Row, disk_id, disks_of, recording, table
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
    assert table([Row("a", 1_000_000, 0.0012, 101.7, 4321.9)]).splitlines()[-1] == (
        "| a | 1,000,000 | 1 ms | 102 MB | 4,322 |"
    )

"""Following a trail, and where its chains end."""

from __future__ import annotations

from pathlib import Path

import orjson

from gateway.stores.audit_following import Follower, heads_in
from tests.audit.records import ended, trail_of


def test_what_came_since_the_last_look_is_told_once(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    follower = Follower(tmp_path)
    trail_of(tmp_path, [ended(2)])
    trail_of(tmp_path, [ended(3)], chain="gw-2")
    assert [record["id"] for record in follower.news()] == ["req-2", "req-3"]
    assert list(follower.news()) == []


def test_what_came_is_told_with_its_chain(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    trail_of(tmp_path, [ended(1), ended(2)], chain="gw-7.0", rotate_bytes=100)
    assert [(chain, orjson.loads(part)["seq"]) for chain, part in follower.parts()] == [("gw-7.0", 1), ("gw-7.0", 2)]


def test_a_line_that_is_not_whole_waits(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    follower, (path,) = Follower(tmp_path), tmp_path.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"seq":2')
        file.flush()
        assert list(follower.parts()) == []
        file.write(b"}\n")
    assert list(follower.parts()) == [("gw-1", b'{"seq":2}\n')]


def test_a_file_that_went_is_not_missed(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    follower = Follower(tmp_path)
    for path in tmp_path.glob("*.jsonl"):
        path.unlink()
    assert list(follower.news()) == []


def test_a_file_that_goes_while_it_is_looked_for_is_not_missed(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "gw-1.000000000001.jsonl").symlink_to(tmp_path / "gone")
    assert list(follower.parts()) == []


def test_heads_are_the_last_numbers_of_the_chains(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(2)])
    trail_of(tmp_path, [ended(3)], chain="gw-2")
    (tmp_path / "gw-3.000000000001.jsonl").write_bytes(b"no record\n")
    assert heads_in(tmp_path) == {"gw-1": 2, "gw-2": 1}

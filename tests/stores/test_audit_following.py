"""What is new in a trail since the last look."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.audit_files import files_of
from gateway.stores.audit_following import Follower
from tests.audit.records import ended, trail_of


def news(follower: Follower) -> list[object]:
    return [record["id"] for record in follower.news()]


def test_what_is_there_is_not_new_and_what_comes_is_told_once(tmp_path: Path) -> None:
    follower = Follower(trail_of(tmp_path, [ended(1)]))
    trail_of(tmp_path, [ended(2)])
    assert (news(follower), news(follower)) == (["req-2"], [])


def test_files_and_chains_that_come_are_followed(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    trail_of(tmp_path, [ended(number) for number in range(1, 5)], rotate_bytes=1000)
    trail_of(tmp_path, [ended(9)], "gw-2")
    assert news(follower) == ["req-1", "req-2", "req-3", "req-4", "req-9"]


def test_a_line_is_told_when_it_is_whole(tmp_path: Path) -> None:
    path = files_of(trail_of(tmp_path, [ended(1), ended(2)]), "gw-1")[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    follower = Follower(tmp_path)
    path.write_bytes(whole[:-1])
    assert news(follower) == []
    path.write_bytes(whole + b"no record\n")
    assert news(follower) == ["req-2"]


def test_a_file_that_goes_is_not_missed(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(number) for number in range(1, 5)], rotate_bytes=1000)
    follower = Follower(tmp_path)
    files_of(tmp_path, "gw-1")[0].unlink()
    trail_of(tmp_path, [ended(5)])
    assert news(follower) == ["req-5"]


def test_a_file_may_go_between_two_looks_at_it(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(2), ended(3)], rotate_bytes=1000)
    follower = Follower(tmp_path)
    trail_of(tmp_path, [ended(4)], rotate_bytes=1000)
    trail_of(tmp_path, [ended(5)], rotate_bytes=1000)
    told = follower.news()
    assert next(told)["id"] == "req-4"
    files_of(tmp_path, "gw-1")[-1].unlink()
    assert list(told) == []

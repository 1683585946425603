"""The trail on disk: nothing lost, nothing half, chains that go on."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from gateway.audit.chain import START
from gateway.audit.verification import verify
from gateway.errors import StoreError, StoreFullError
from gateway.stores.audit_files import AuditFiles, chains_in, files_of, last_line, lines_of


def ids(folder: Path, chain: str = "gw") -> list[str]:
    return [orjson.loads(line.text)["id"] for line in lines_of(files_of(folder, chain))]


def is_whole(folder: Path, chain: str = "gw") -> bool:
    return verify(chain, lines_of(files_of(folder, chain))).is_whole


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let no file grow beyond a size while the block lasts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_record_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    head = files.append({"id": "a"})
    assert ids(tmp_path) == ["a"]
    assert (head.seq, files.head) == (1, head)
    files.close()


def test_a_chain_goes_on_where_it_ended(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        files = AuditFiles(tmp_path, "gw")
        files.append({"id": name})
        files.close()
    assert ids(tmp_path) == ["a", "b", "c"]
    assert is_whole(tmp_path)


def test_a_full_file_is_followed_by_another_and_the_chain_runs_through(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw", rotate_bytes=1000)
    for number in range(20):
        files.append({"id": f"{number}"})
    files.close()
    assert [path.name for path in files_of(tmp_path, "gw")][:2] == ["gw.000000000001.jsonl", "gw.000000000006.jsonl"]
    assert all(path.stat().st_size <= 1000 for path in files_of(tmp_path, "gw"))
    assert ids(tmp_path) == [f"{number}" for number in range(20)]
    assert is_whole(tmp_path)


def test_a_line_that_was_never_whole_is_cut_off(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "a"})
    files.close()
    (path,) = files_of(tmp_path, "gw")
    path.write_bytes(path.read_bytes() + b'{"id":"torn')
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "b"})
    files.close()
    assert ids(tmp_path) == ["a", "b"]
    assert is_whole(tmp_path)


def test_what_is_not_taken_whole_is_taken_back(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "a"})
    size = files_of(tmp_path, "gw")[0].stat().st_size
    with limited(size + 40), pytest.raises(StoreFullError, match="did not take the record"):
        files.append({"id": "b"})
    assert files_of(tmp_path, "gw")[0].stat().st_size == size
    files.append({"id": "c"})
    files.close()
    assert ids(tmp_path) == ["a", "c"]
    assert is_whole(tmp_path)


def test_a_chain_has_one_writer(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    with pytest.raises(StoreError, match="another process writes this chain"):
        AuditFiles(tmp_path, "gw")
    other = AuditFiles(tmp_path, "gw-2")
    other.append({"id": "b"})
    assert chains_in(tmp_path) == ("gw", "gw-2")
    other.close()
    files.close()


def test_a_chain_whose_newest_file_is_empty_goes_on(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    head = files.append({"id": "a"})
    files.close()
    (tmp_path / "gw.000000000002.jsonl").touch()
    files = AuditFiles(tmp_path, "gw")
    assert files.head == head
    files.close()


def test_an_empty_chain_begins(tmp_path: Path) -> None:
    (tmp_path / "gw.000000000001.jsonl").touch()
    files = AuditFiles(tmp_path, "gw")
    assert files.head == START
    files.close()


def test_a_chain_without_its_past_does_not_go_on(tmp_path: Path) -> None:
    (tmp_path / "gw.000000000009.jsonl").touch()
    with pytest.raises(StoreError, match="the files before it are gone"):
        AuditFiles(tmp_path, "gw")


def test_a_damaged_end_is_said(tmp_path: Path) -> None:
    (tmp_path / "gw.000000000001.jsonl").write_bytes(b"no record\n")
    with pytest.raises(StoreError, match="is damaged"):
        AuditFiles(tmp_path, "gw")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        AuditFiles(tmp_path / "file" / "audit", "gw")


def test_the_last_line_is_found_in_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"first\n" + b"x" * 3_000_000 + b"\nlast\nto")
    last = last_line(path)
    assert (last.text, last.end) == (b"last", 3_000_012)


def test_a_file_that_was_taken_away_is_noticed_and_followed_by_another(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.rotate()
    files.append({"id": "a"})
    assert files.is_in_place()
    files_of(tmp_path, "gw")[0].unlink()
    assert not files.is_in_place()
    files.rotate()
    files.append({"id": "b"})
    assert [path.name for path in files_of(tmp_path, "gw")] == ["gw.000000000002.jsonl"]
    assert files.written_at > 0
    files.close()


def test_where_no_new_file_can_be_had_the_old_one_goes_on(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "a"})
    (tmp_path / "gw.000000000002.jsonl").mkdir()
    files.rotate()
    files.append({"id": "b"})
    (tmp_path / "gw.000000000002.jsonl").rmdir()
    files.close()
    assert ids(tmp_path) == ["a", "b"]


def test_files_that_were_rotated_away_are_made_to_last_too_and_are_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    files = AuditFiles(tmp_path, "gw", rotate_bytes=1)
    for number in range(12):
        files.append({"id": f"{number}"})
    with monkeypatch.context() as patch:
        patch.setattr("os.fdatasync", synced.append)
        files.unsynced()()
    assert len(synced) == 9
    files.close()
    assert is_whole(tmp_path)


def test_a_disk_that_does_not_keep_what_it_took_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "broken")

    files = AuditFiles(tmp_path, "gw")
    monkeypatch.setattr("os.fdatasync", broken)
    with pytest.raises(StoreFullError, match="cannot be made to last: broken"):
        files.unsynced()()
    files.close()


def test_what_could_not_be_taken_back_is_before_the_next_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "a"})
    size = files_of(tmp_path, "gw")[0].stat().st_size

    def broken(*_: object) -> None:
        raise OSError(5, "broken")

    with limited(size + 40), monkeypatch.context() as patch:
        patch.setattr("os.ftruncate", broken)
        for _ in range(2):
            with pytest.raises(StoreFullError):
                files.append({"id": "b"})
    assert files_of(tmp_path, "gw")[0].stat().st_size == size + 40
    files.append({"id": "c"})
    files.close()
    assert ids(tmp_path) == ["a", "c"]


def test_a_disk_that_takes_nothing_leaves_nothing(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, "gw")
    files.append({"id": "a"})
    with limited(files_of(tmp_path, "gw")[0].stat().st_size), pytest.raises(StoreFullError, match="too large"):
        files.append({"id": "b"})
    files.close()
    assert ids(tmp_path) == ["a"]

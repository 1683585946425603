"""Chains in a folder: one a process, and what a process that was killed left open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores.audit_chains import left_open, open_chain
from gateway.stores.audit_files import AuditFiles, files_of, lines_of

BIG = 1 << 20


def ended(note: JsonObject) -> JsonObject:
    return {"stage": "aborted", "received_seq": note["seq"], "id": note["id"]}


def opened(folder: Path) -> AuditFiles:
    return open_chain(folder, "gw", BIG, ended)


def records(folder: Path, chain: str = "gw-0") -> list[dict[str, Any]]:
    return [orjson.loads(line.text) for line in lines_of(files_of(folder, chain))]


def write(folder: Path, *written: JsonObject, chain: str = "gw-0", rotate_bytes: int = BIG) -> None:
    files = AuditFiles(folder, chain, rotate_bytes)
    for record in written:
        files.append(record)
    files.close()


def received(name: str, **more: Any) -> JsonObject:
    return {"stage": "received", "id": name, **more}


def complete(name: str, seq: int) -> JsonObject:
    return {"stage": "complete", "id": name, "received_seq": seq}


def test_each_process_has_a_chain_and_the_next_takes_one_that_is_free(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    assert (first.chain, second.chain) == ("gw-0", "gw-1")
    first.close()
    third = opened(tmp_path)
    assert third.chain == "gw-0"
    second.close()
    third.close()


def test_a_write_without_an_end_gets_one(tmp_path: Path) -> None:
    write(tmp_path, received("a"), received("b"), complete("a", 1), {"id": '"stage":"received"'})
    opened(tmp_path).close()
    assert records(tmp_path)[-1] | {"prev": "", "hash": ""} == {
        "stage": "aborted",
        "received_seq": 2,
        "id": "b",
        "v": 1,
        "chain": "gw-0",
        "seq": 5,
        "prev": "",
        "hash": "",
    }
    opened(tmp_path).close()
    assert len(records(tmp_path)) == 5


def test_idle_chains_are_closed_and_busy_ones_left_alone(tmp_path: Path) -> None:
    write(tmp_path, received("a"), chain="gw-1")
    write(tmp_path, received("b"), chain="gw-2")
    write(tmp_path, received("c"), chain="other-0")
    busy = AuditFiles(tmp_path, "gw-2")
    opened(tmp_path).close()
    busy.close()
    assert [len(records(tmp_path, chain)) for chain in ("gw-1", "gw-2", "other-0")] == [2, 1, 1]


def test_the_last_anchor_tells_where_to_begin(tmp_path: Path) -> None:
    write(tmp_path, received("old"), received("a"), {"stage": "anchor", "open_since": 2}, received("b"))
    assert [note["id"] for note in left_open(tmp_path, "gw-0")] == ["old", "a", "b"]
    write(tmp_path, {"stage": "anchor", "open_since": 4}, received("c", pad="x" * 300), rotate_bytes=500)
    assert [note["id"] for note in left_open(tmp_path, "gw-0")] == ["old", "a", "b", "c"]


def test_files_before_the_anchor_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, received("a"), received("b"), received("c"), rotate_bytes=200)
    write(tmp_path, {"stage": "anchor", "open_since": None}, received("d"), rotate_bytes=200)
    assert len(files_of(tmp_path, "gw-0")) == 5
    assert [note["id"] for note in left_open(tmp_path, "gw-0")] == ["d"]


def test_a_damaged_chain_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"id": "a"}, {"id": "b"})
    (path,) = files_of(tmp_path, "gw-0")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b'"stage":"received" is no JSON\n' + lines[1])
    with pytest.raises(StoreError, match=r"chain gw-0 is damaged.*audit verify"):
        opened(tmp_path)

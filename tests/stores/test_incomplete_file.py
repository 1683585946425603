"""Writes with unknown outcome beside the text: one line each, none twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.errors import CassetteError
from gateway.stores.incomplete_file import INCOMPLETE_FILE, Incomplete, add_incomplete, read_incomplete
from tests.stores.sample_exchanges import REQUEST

FIRST = Incomplete(REQUEST, 12.5)
SECOND = Incomplete(replace(REQUEST, body=b"", headers=((b"a", b"\xff: x"),)), 13.0)


def test_notes_survive_their_lines(tmp_path: Path) -> None:
    assert read_incomplete(tmp_path) == []
    add_incomplete(tmp_path, [FIRST])
    add_incomplete(tmp_path, [FIRST, SECOND])
    assert read_incomplete(tmp_path) == [FIRST, SECOND]
    assert (tmp_path / INCOMPLETE_FILE).read_bytes().count(b"\n") == 2


def test_a_note_is_added_behind_a_line_that_an_editor_left_open(tmp_path: Path) -> None:
    add_incomplete(tmp_path, [FIRST])
    file = tmp_path / INCOMPLETE_FILE
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    add_incomplete(tmp_path, [FIRST, SECOND])
    assert read_incomplete(tmp_path) == [FIRST, SECOND]


def test_a_target_of_other_letters_is_named(tmp_path: Path) -> None:
    add_incomplete(tmp_path, [FIRST])
    file = tmp_path / INCOMPLETE_FILE
    file.write_bytes(file.read_bytes().replace(REQUEST.target, "/€".encode()))
    with pytest.raises(CassetteError, match=r"incomplete\.jsonl: line 1: target: .* Latin-1"):
        read_incomplete(tmp_path)


def test_nothing_is_written_for_nothing(tmp_path: Path) -> None:
    add_incomplete(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "said"), [("{", "the line: "), ("{}", "noted_at: Field required"), ('{"noted_at": 1.0, "x": 1}', "")]
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str, said: str) -> None:
    add_incomplete(tmp_path, [FIRST])
    with (tmp_path / INCOMPLETE_FILE).open("a") as file:
        file.write(line)
    with pytest.raises(CassetteError, match=rf"incomplete\.jsonl: line 2: {said}"):
        read_incomplete(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / INCOMPLETE_FILE).mkdir()
    with pytest.raises(CassetteError, match=r"incomplete\.jsonl: cannot be read: Is a directory"):
        read_incomplete(tmp_path)

"""Cassettes as they lie in a folder."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.copying import write_cassette
from gateway.stores.shelves import kept_in
from tests.stores.sample_exchanges import exchange


def test_cassettes_are_listed_with_form_and_size(tmp_path: Path) -> None:
    for name in ("b.sqlite", "a.cassette"):
        write_cassette(tmp_path / name, [exchange(1)])
    (tmp_path / "b.sqlite-wal").write_bytes(b"x" * 7)
    (tmp_path / ".hidden.sqlite").write_bytes(b"SQLite format 3\0")
    (tmp_path / "no.sqlite").write_bytes(b"text")
    (tmp_path / "no.cassette").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    size = sum(path.stat().st_size for path in (tmp_path / "a.cassette").rglob("*") if path.is_file())
    rows = kept_in(tmp_path)
    assert [(each.name, each.form, each.size_bytes) for each in rows] == [
        ("a.cassette", "text", size),
        ("b.sqlite", "sqlite", (tmp_path / "b.sqlite").stat().st_size + 7),
    ]
    assert rows[1].written_s == (tmp_path / "b.sqlite-wal").stat().st_mtime


def test_what_goes_meanwhile_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "gone.sqlite").symlink_to(tmp_path / "nowhere")
    assert (kept_in(tmp_path), kept_in(tmp_path / "none")) == ([], [])

"""The text form of a cassette: recorded into, replayed from, exported and imported, always the same life."""

from __future__ import annotations

from pathlib import Path

from .cinder_life import life
from .harness import gateway, run
from .sessions import LIBRARY_WARNINGS, record

pytestmark = LIBRARY_WARNINGS


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_life_recorded_into_text_replays_from_it(tmp_path: Path) -> None:
    cassette = tmp_path / "life.cassette"
    [recorded], _ = record(tmp_path, cassette, (life, "recorded"))
    assert cassette.is_dir()
    with gateway(tmp_path, "replay", cassette, upstream=None) as replayer:
        assert life(replayer.public, "from-text").steps == recorded.steps
        assert life(replayer.public, "from-text-again").steps == recorded.steps


def test_a_life_survives_export_and_import(tmp_path: Path) -> None:
    cassette, text, again = tmp_path / "one.sqlite", tmp_path / "life.cassette", tmp_path / "two.sqlite"
    [recorded], _ = record(tmp_path, cassette, (life, "recorded"))
    run("cassette", "export", str(cassette), str(text))
    run("cassette", "import", str(text), str(again))
    with gateway(tmp_path, "replay", again, upstream=None) as replayer:
        assert life(replayer.public, "imported").steps == recorded.steps
    with gateway(tmp_path, "replay", text, upstream=None) as replayer:
        assert life(replayer.public, "exported").steps == recorded.steps
    run("cassette", "export", str(again), str(tmp_path / "twice" / "life.cassette"))
    assert files(tmp_path / "twice" / "life.cassette") == files(text)

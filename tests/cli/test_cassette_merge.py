"""`cassette merge`: two cassettes of any form into one of ours, redacted."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import CassetteError
from gateway.stores.copying import write_cassette
from tests.cassette.test_diff import lives, show
from tests.cassette.test_merge import on
from tests.cli.test_cassette import _read, _run
from tests.cli.test_cassette_forms import SAMPLE, SECRETS, _har


def _text(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


def test_the_sample_merged_with_a_copy_in_another_form_is_the_sample(tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.sqlite", tmp_path / SAMPLE.name
    _run("import", SAMPLE, copy)
    assert _run("merge", SAMPLE, copy, "--into", target).stderr == f"{target}: 48 exchanges\n"
    assert _text(target) == _text(SAMPLE)


def test_merging_again_changes_nothing(tmp_path: Path) -> None:
    other, once, twice = tmp_path / "other.sqlite", tmp_path / "1" / "c.cassette", tmp_path / "2" / "c.cassette"
    write_cassette(other, on("x", lives(show(1)), 1_700_000_000))
    _run("merge", SAMPLE, other, "--into", once, "--force")
    assert len(_read(once)) == 50
    for again in (other, SAMPLE):
        _run("merge", once, again, "--into", twice, "--force")
        assert _text(twice) == _text(once)


def test_what_is_merged_is_redacted(tmp_path: Path) -> None:
    _run("merge", _har(tmp_path / "a.har"), SAMPLE, "--into", tmp_path / "c.cassette")
    written = b"".join(_text(tmp_path / "c.cassette").values())
    assert [secret for secret in SECRETS if secret.encode() in written] == []


def test_a_target_is_of_ours_and_not_replaced_unless_told(tmp_path: Path) -> None:
    assert _run("merge", SAMPLE, SAMPLE, "--into", tmp_path / "c.har").exit_code == 2
    _run("merge", SAMPLE, SAMPLE, "--into", tmp_path / "c.sqlite")
    with pytest.raises(CassetteError, match="is there already; give --force to replace it"):
        _run("merge", SAMPLE, SAMPLE, "--into", tmp_path / "c.sqlite")

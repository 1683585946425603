"""`cassette reindex`: the index of a cassette file, made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.cassette import common
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import CassetteError
from gateway.stores.indexes import open_index
from tests.cli.test_cassette import _run
from tests.cli.test_cassette_forms import SAMPLE


def test_an_index_is_made_anew_with_a_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "c.sqlite"
    _run("import", SAMPLE, file)
    monkeypatch.setattr(common, "stderr_is_terminal", lambda: True)
    done = _run("reindex", file)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Indexing" in done.stderr
    assert done.stderr.endswith(f"{file}: 48 exchanges indexed\n")
    index = open_index(file, CATALOGUE)
    assert index.exchanges == 48
    index.close()


def test_the_text_form_needs_none(tmp_path: Path) -> None:
    refused = _run("reindex", SAMPLE)
    assert refused.exit_code == 2
    assert "is in the text form, which needs no index" in refused.stderr


def test_what_is_missing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="no such cassette"):
        _run("reindex", tmp_path / "gone.sqlite")

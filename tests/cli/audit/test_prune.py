"""`audit prune`: what goes, goes verifiably."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import RunError
from gateway.stores.audit_files import files_of
from gateway.stores.keys import anchor_signer
from tests.audit.records import ended, trail_of
from tests.cli.audit.running import audit, document, said


@pytest.fixture
def data(tmp_path: Path) -> Path:
    anchor_signer(tmp_path)
    trail_of(tmp_path / "audit", [ended(number) for number in range(1, 4)], rotate_bytes=1000)
    return tmp_path


def test_what_is_too_old_goes_and_the_rest_verifies(data: Path) -> None:
    result = audit("prune", "--data", data, "--max-age-days", 1)
    assert result.stdout.splitlines() == [
        "gw-1.000000000001.jsonl: gone for its age; it ended with record 1",
        "gw-1.000000000002.jsonl: gone for its age; it ended with record 2",
    ]
    assert result.stderr == "2 files are gone\n"
    assert said("verify", "--data", data)[0].startswith("gw-1: whole: 1 records, the last is 3")


def test_what_is_too_much_goes(data: Path) -> None:
    assert [each["why"] for each in document("prune", "--data", data, "--max-size-mb", 0)] == ["size", "size"]
    assert audit("prune", "--data", data, "--max-size-mb", 1).stderr == "0 files are gone\n"


def test_one_file_is_one_file(data: Path) -> None:
    files_of(data / "audit", "gw-1")[0].unlink()
    assert audit("prune", "--data", data, "--max-size-mb", 0).stderr == "1 file is gone\n"


def test_without_a_limit_nothing_is_done(data: Path) -> None:
    result = audit("prune", "--data", data)
    assert (result.exit_code, "say --max-age-days, --max-size-mb, or both" in result.stderr) == (2, True)


def test_nothing_goes_without_a_key(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no anchor\.key, and nothing goes without a signature"):
        audit("prune", "--trail", data / "audit", "--data", tmp_path / "other", "--max-size-mb", 0)

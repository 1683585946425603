"""`cassette verify`: a recording against the shipped contract, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cassette.exchange import Exchange
from gateway.cli import cassette as verb
from gateway.errors import DifferenceError
from gateway.http.messages import Request, Response
from gateway.stores.copying import write_cassette
from tests.cli.test_cassette_forms import SAMPLE

P = "40acc331ac784f34842ba4f08ff2be48"
JSON = ((b"content-type", b"application/json"),)


def _verify(*arguments: object) -> Result:
    return CliRunner().invoke(verb.command, ["verify", *(str(argument) for argument in arguments)])


def _create(volume_type: str, answer: bytes) -> Exchange:
    body = json.dumps({"volume": {"availability_zone": "az1", "size": 10, "volume_type": volume_type}}).encode()
    request = Request("POST", f"/v2/{P}/volumes".encode(), JSON, body)
    return Exchange("cinder_create_volume", request, Response(202, JSON, answer), 1.0, 2.0)


@pytest.fixture
def drifted(tmp_path: Path) -> Path:
    path = tmp_path / "one.sqlite"
    write_cassette(path, [_create("SSD", b"[]"), _create("SSD", b"[]"), _create("NVME", b'{"volume":{"new":1}}')])
    return path


def test_the_sample_fits_the_contract() -> None:
    result = _verify(SAMPLE)
    assert (result.exit_code, result.stderr) == (0, f"{SAMPLE}: 48 exchanges, no drift\n")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["content", "order", "completeness"]
    report = json.loads(_verify(SAMPLE, "--json").stdout)
    assert report.pop("integrity").keys() == {"content", "order", "completeness", "seals"}
    assert report == {"exchanges": 48, "has_drifted": False, "remarks": []}


def test_drift_is_told_in_words_and_ends_with_four(drifted: Path) -> None:
    result = _verify(drifted)
    assert isinstance(result.exception, DifferenceError)
    assert result.exception.exit_code == 4
    first = result.stdout.splitlines()[0]
    assert first.startswith("warn: cinder_create_volume: answer: ")
    assert first.endswith("2 exchanges, first 1")


def test_machines_get_rows_and_information_when_asked(drifted: Path) -> None:
    rows = json.loads(_verify(drifted, "--json", "--info").stdout)["remarks"]
    assert {row["severity"] for row in rows} == {"warn", "info"}
    assert rows[0].keys() == {
        "operation",
        "part",
        "severity",
        "rule",
        "where",
        "expected",
        "found",
        "source",
        "first",
        "exchanges",
    }
    assert {row["severity"] for row in json.loads(_verify(drifted, "--json").stdout)["remarks"]} == {"warn"}


def test_the_regions_disk_types_can_be_named(drifted: Path) -> None:
    def complaints(*arguments: str) -> list[str]:
        rows = json.loads(_verify(drifted, "--json", *arguments).stdout)["remarks"]
        return [row["where"] for row in rows if row["part"] == "request"]

    assert complaints() == ["/volume/volume_type"]
    assert complaints("--volume-type", "NVME") == []


def test_an_old_recording_is_told_by_its_name_or_fails() -> None:
    bound = ("--max-age-days", "0.0001")
    warned = _verify(SAMPLE, *bound)
    assert (warned.exit_code, f"warn: {SAMPLE}: was recorded " in warned.stderr) == (0, True)
    failed = _verify(SAMPLE, *bound, "--on-age", "fail")
    assert isinstance(failed.exception, DifferenceError)
    assert "record it anew" in str(failed.exception)

"""Mode `verify` over sockets: clients get what the cloud says, and at the end it is told where that departs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.departures import Survey
from gateway.errors import DifferenceError, SettingsError, StoreError
from gateway.fronts.embedded import evs_gateway, running
from gateway.fronts.surveying import MOST_NAMED, conclude, words_of, write_report
from gateway.fronts.testing.handle import EvsGateway
from gateway.session import settled
from gateway.settings import CassetteSettings, ListenSettings, Settings, UpstreamSettings, VerifySettings
from gateway.stores.copying import write_cassette
from gateway.stores.text_folder import read_folder

HEADERS = {"X-Auth-Token": "t"}
DISK = {"volume": {"name": "disk", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def call(gateway: EvsGateway, method: str, path: str, body: Any = None) -> requests.Response:
    url = f"{gateway.volume_endpoint}/{path}"
    return requests.request(method, url, json=body, headers=HEADERS, timeout=10)


def life(gateway: EvsGateway) -> dict[str, Any]:
    """Make a disk, look at it and find it; return what was shown."""
    volume = call(gateway, "POST", "volumes", DISK).json()["volume"]["id"]
    shown: dict[str, Any] = call(gateway, "GET", f"volumes/{volume}").json()["volume"]
    assert shown["id"] == volume
    listed = call(gateway, "GET", "volumes/detail").json()["volumes"]
    assert [each["id"] for each in listed] == [volume]
    return shown


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "life.cassette"
    with evs_gateway(path, "simulate") as gateway:
        life(gateway)
    return path


@contextmanager
def cloud() -> Iterator[EvsGateway]:
    with running(
        Settings(
            cassette=CassetteSettings(mode="simulate"),
            listen=ListenSettings(public="127.0.0.1:0"),
        )
    ) as made:
        yield made


@contextmanager
def verifying(cassette: Path, upstream: str, **verify: Any) -> Iterator[EvsGateway]:
    with running(
        Settings(
            cassette=CassetteSettings(mode="verify", path=cassette),
            listen=ListenSettings(public="127.0.0.1:0"),
            upstream=UpstreamSettings(url=upstream),
            verify=VerifySettings(**verify),
        )
    ) as made:
        yield made


def changed(cassette: Path, folder: Path, change: Any) -> Path:
    """Return a cassette with the answers changed, as if the service had been another one then."""
    path = folder / "changed.cassette"
    exchanges = read_folder(cassette)
    for at, exchange in enumerate(exchanges):
        body = json.loads(exchange.response.body)
        change(body)
        exchanges[at] = type(exchange)(
            exchange.operation,
            exchange.request,
            exchange.response.with_body(json.dumps(body).encode()),
            exchange.started_at,
            exchange.completed_at,
            exchange.credential,
        )
    write_cassette(path, exchanges)
    return path


def test_a_service_that_is_as_recorded_is_told_so(recorded: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with cloud() as service, verifying(recorded, service.endpoint, sandbox=True, report=report) as gateway:
        life(gateway)
    assert json.loads(report.read_text()) == {
        "answers": 3,
        "counts": {"error": 0, "warn": 0, "info": 0},
        "departures": [],
    }


def test_what_departs_is_told_with_places_and_the_client_gets_the_live_answer(recorded: Path, tmp_path: Path) -> None:
    def change(body: dict[str, Any]) -> None:
        for volume in body.get("volumes", []):
            volume["gone"] = 1
            volume["size"] = str(volume["size"])
            del volume["bootable"]

    other, report = changed(recorded, tmp_path, change), tmp_path / "report.json"
    with (
        pytest.raises(DifferenceError, match="2 errors in 3 answers") as caught,
        cloud() as service,
        verifying(other, service.endpoint, sandbox=True, report=report) as gateway,
    ):
        assert life(gateway)["size"] == 10
    assert caught.value.exit_code == 4
    rows = json.loads(report.read_text())["departures"]
    assert [(row["severity"], row["rule"], row["where"], row["first"]) for row in rows] == [
        ("error", "removed", "/volumes/*/gone", 3),
        ("error", "type", "/volumes/*/size", 3),
        ("info", "added", "/volumes/*/bootable", 3),
    ]


def test_writes_are_not_sent_unless_it_is_a_sandbox(recorded: Path) -> None:
    with cloud() as service, verifying(recorded, service.endpoint) as gateway:
        refused = call(gateway, "POST", "volumes", DISK)
        assert (refused.status_code, "--sandbox" in refused.text) == (403, True)
        assert call(service, "GET", "volumes").json() == {"volumes": []}


def test_a_request_that_was_not_recorded_and_a_dead_service_are_told(recorded: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with pytest.raises(DifferenceError), verifying(recorded, "http://127.0.0.1:1", report=report) as gateway:
        assert call(gateway, "GET", "volumes/detail").status_code == 502
    assert [row["rule"] for row in json.loads(report.read_text())["departures"]] == ["failed"]
    with cloud() as service, verifying(recorded, service.endpoint, report=report) as gateway:
        assert call(gateway, "GET", "types").status_code == 200
    assert [(row["rule"], row["severity"], row["first"]) for row in json.loads(report.read_text())["departures"]] == [
        ("not-recorded", "warn", 0)
    ]


def test_values_count_when_they_are_asked_for(recorded: Path, tmp_path: Path) -> None:
    def change(body: dict[str, Any]) -> None:
        for volume in body.get("volumes", []):
            volume["volume_type"] = "SATA"

    other, report = changed(recorded, tmp_path, change), tmp_path / "report.json"
    with cloud() as service, verifying(other, service.endpoint, sandbox=True, values=True, report=report) as gateway:
        life(gateway)
    rows = json.loads(report.read_text())["departures"]
    assert ("value", "/volumes/0/volume_type", '"SATA"', '"SSD"') in [
        (row["rule"], row["where"], row["recorded"], row["live"]) for row in rows
    ]


def test_where_nothing_was_compared_nothing_is_said(tmp_path: Path) -> None:
    conclude(Settings(verify=VerifySettings(report=tmp_path / "report.json")), Survey())
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the report cannot be written"):
        write_report(tmp_path, Survey())


def test_only_so_many_departures_are_named() -> None:
    survey = Survey()
    survey.add("x", 1, (Departure("type", Weight.ERROR, f"/{at}", "a", "b") for at in range(MOST_NAMED + 2)))
    words = words_of(survey)
    assert len(words) == MOST_NAMED + 2
    assert words[-1] == "  and 2 more kinds"


def test_one_process_compares(recorded: Path) -> None:
    chosen = Settings(
        cassette=CassetteSettings(mode="verify", path=recorded),
        listen=ListenSettings(workers=2),
        upstream=UpstreamSettings(url="http://127.0.0.1:1"),
    )
    with pytest.raises(SettingsError, match="use 1 worker"):
        settled(chosen)

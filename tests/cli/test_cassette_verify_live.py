"""`cassette verify --live` against the simulator: the shipped cassette from end to end, and what may go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from gateway.cassette.exchange import Exchange
from gateway.cli import cassette as verb
from gateway.errors import DifferenceError, SettingsError
from gateway.fronts.embedded import evs_gateway
from gateway.fronts.testing.handle import EvsGateway
from gateway.stores.copying import write_cassette
from gateway.stores.text_folder import read_folder
from tests.cli.test_cassette_forms import SAMPLE

P, Q = "a11ce0000000000000000000000a11ce", "b0b00000000000000000000000000b0b"
QUICK = ("--polls", "200", "--pause-ms", "20")


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("EVS_TOKEN", "t")
    monkeypatch.setenv("EVS_GATEWAY_SIMULATOR__SETTLE_MS", "40")


@pytest.fixture
def cloud() -> Iterator[EvsGateway]:
    with evs_gateway(None, "simulate") as made:
        yield made


def verify(cassette: Path, *arguments: str) -> Result:
    return CliRunner().invoke(verb.command, ["verify", str(cassette), "--live", *arguments])


def report(cassette: Path, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verify(cassette, "--json", *arguments).stdout)
    return found


def changed(folder: Path, change: Callable[[Exchange], Exchange]) -> Path:
    path = folder / "changed.cassette"
    write_cassette(path, [change(exchange) for exchange in read_folder(SAMPLE)])
    return path


def test_a_text_cassette_is_verified_from_end_to_end_in_a_sandbox(cloud: EvsGateway) -> None:
    arguments = ("--upstream", cloud.endpoint, "--sandbox", "--project", P, "--project", Q, *QUICK)
    result = verify(SAMPLE, *arguments)
    assert (result.exit_code, result.exception) == (0, None), result.output
    assert "compared, no error" in result.stderr
    told = report(SAMPLE, *arguments)
    assert told["counts"]["error"] == told["counts"]["warn"] == 0
    assert [each["operation"] for each in told["unasked"]] == ["cinder_accept_transfer"]
    assert [each.split()[0] for each in told["left"]] == ["volume"]


def test_what_departs_is_an_error_in_words_and_rows(cloud: EvsGateway, tmp_path: Path) -> None:
    def change(exchange: Exchange) -> Exchange:
        if exchange.operation != "cinder_list_volume_types":
            return exchange
        body = json.loads(exchange.response.body)
        for kind in body["volume_types"]:
            kind["gone"], kind["name"] = 1, 2
        return replace(exchange, response=exchange.response.with_body(json.dumps(body).encode()))

    other = changed(tmp_path, change)
    arguments = ("--upstream", cloud.endpoint, "--project", P)
    result = verify(other, *arguments)
    assert isinstance(result.exception, DifferenceError)
    lines = [line for line in result.stdout.splitlines() if line.startswith("error: ")]
    assert lines == [
        "error: cinder_list_volume_types: /volume_types/*/gone: recorded a number, live absent [removed], 1 answer, "
        "first exchange 2",
        "error: cinder_list_volume_types: /volume_types/*/name: recorded a number, live a string [type], 1 answer, "
        "first exchange 2",
    ]
    assert any(line.startswith("not asked: exchange ") for line in result.stdout.splitlines())


def make(cloud: EvsGateway, name: str) -> None:
    body = {"volume": {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}}
    requests.post(f"{cloud.endpoint}/v2/{P}/volumes", json=body, headers={"X-Auth-Token": "t"}, timeout=10)


def test_reads_ask_lists_first_and_find_things_by_their_names(cloud: EvsGateway) -> None:
    before = len(report(SAMPLE, "--upstream", cloud.endpoint, "--project", P)["unasked"])
    pages = [exchange for exchange in read_folder(SAMPLE) if exchange.operation == "cinder_list_volumes_detail"]
    names = [each["name"] for page in pages for each in json.loads(page.response.body)["volumes"]]
    for name in reversed(names):
        make(cloud, name)
    told = report(SAMPLE, "--upstream", cloud.endpoint, "--project", P)
    assert len(told["unasked"]) < before
    assert told["counts"]["error"] == 0


def test_nothing_is_written_without_a_sandbox(cloud: EvsGateway) -> None:
    verify(SAMPLE, "--upstream", cloud.endpoint, "--project", P)
    answer = requests.get(f"{cloud.endpoint}/v2/{P}/volumes", headers={"X-Auth-Token": "t"}, timeout=10)
    assert answer.json() == {"volumes": []}


def test_values_count_when_they_are_asked_for(cloud: EvsGateway, tmp_path: Path) -> None:
    def change(exchange: Exchange) -> Exchange:
        body = exchange.response.body.replace(b'"name":"SSD"', b'"name":"FAST"')
        body = body.replace(b'"name": "SSD"', b'"name": "FAST"')
        return replace(exchange, response=exchange.response.with_body(body))

    told = report(changed(tmp_path, change), "--upstream", cloud.endpoint, "--project", P, "--values")
    values = {(row["recorded"], row["live"]) for row in told["departures"] if row["rule"] == "value"}
    assert ('"FAST"', '"SSD"') in values


def test_a_service_that_does_not_answer_is_an_error() -> None:
    told = report(SAMPLE, "--upstream", "http://127.0.0.1:1", "--iam-upstream", "http://127.0.0.1:1", "--project", P)
    assert {row["rule"] for row in told["departures"]} == {"failed"}


def test_what_must_be_given_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    exception = verify(SAMPLE).exception
    assert isinstance(exception, SettingsError)
    assert "--upstream URL" in str(exception)
    monkeypatch.delenv("EVS_TOKEN")
    exception = verify(SAMPLE, "--upstream", "http://127.0.0.1:1").exception
    assert isinstance(exception, SettingsError)
    assert "EVS_TOKEN" in str(exception)


def test_requests_are_signed_with_a_key(cloud: EvsGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVS_TOKEN")
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "AK")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "sk")
    monkeypatch.setenv("EVS_PROJECT_ID", P)
    assert report(SAMPLE, "--upstream", cloud.endpoint)["counts"]["error"] == 0


def test_the_credential_of_the_settings_comes_first(cloud: EvsGateway, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("own")
    token.chmod(0o600)
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[identity]\nupstream_token_file = "{token}"\n')
    arguments = ("--upstream", cloud.endpoint, "--project", P, "--config", str(settings))
    assert report(SAMPLE, *arguments)["counts"]["error"] == 0
    token.unlink()
    assert isinstance(verify(SAMPLE, *arguments).exception, SettingsError)

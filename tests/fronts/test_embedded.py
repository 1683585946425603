from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from gateway.errors import CassetteError, GatewayError, RunError, SettingsError, StoreError
from gateway.fronts.embedded import evs_gateway, running
from gateway.fronts.testing.credentials import MADE_UP
from gateway.fronts.testing.handle import EvsGateway
from gateway.settings import CassetteSettings, ListenSettings, Settings
from gateway.stores.cassettes import open_cassette

SIMULATED = Settings(cassette=CassetteSettings(mode="simulate"), listen=ListenSettings(public="127.0.0.1:0"))


@pytest.fixture(autouse=True)
def _no_other_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cloud() -> Iterator[str]:
    with running(SIMULATED) as simulated:
        yield simulated.endpoint


def ask(gateway: EvsGateway, size: int | None = None, method: str | None = None) -> int:
    """List volumes, or create one, and return the status."""
    body = None
    if size is not None:
        body = json.dumps({"volume": {"size": size, "volume_type": "SSD", "availability_zone": "az-dc-1"}}).encode()
    headers = {"X-Auth-Token": gateway.token, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{gateway.volume_endpoint}/volumes", body, headers, method=method)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_recorded_then_replayed_in_this_process(cloud: str, tmp_path: Path) -> None:
    cassette, threads = tmp_path / "a.cassette", threading.enumerate()
    with evs_gateway(cassette, "once", upstream=cloud, data=tmp_path / "data") as gateway:
        assert (gateway.mode, ask(gateway), ask(gateway, 40)) == ("once", 200, 202)
    with evs_gateway(cassette) as gateway:
        assert (gateway.mode, gateway.cassette, ask(gateway), ask(gateway, 40)) == ("replay", cassette, 200, 202)
        assert gateway.misses == []
    assert threading.enumerate() == threads


def test_misses_are_taken_down_as_they_were_told(cloud: str, tmp_path: Path) -> None:
    with evs_gateway("a.sqlite", "record", upstream=cloud, data=tmp_path) as gateway:
        ask(gateway, 40)
    with evs_gateway("a.sqlite") as gateway:
        assert (ask(gateway, 41), ask(gateway, 0)) == (424, 400)
        assert [(miss["kind"], miss["operation"]) for miss in gateway.misses] == [("no-match", "cinder_create_volume")]


def test_a_miss_without_a_body_is_taken_down_too(cloud: str, tmp_path: Path) -> None:
    with evs_gateway("a.sqlite", "record", upstream=cloud, data=tmp_path) as gateway:
        ask(gateway)
    with evs_gateway("a.sqlite") as gateway:
        assert ask(gateway, method="HEAD") == 424
        assert [miss["request"]["method"] for miss in gateway.misses] == ["HEAD"]


def test_what_became_of_the_cassette_is_told_at_any_time_and_after_the_end(cloud: str, tmp_path: Path) -> None:
    with evs_gateway("a.sqlite", "record", upstream=cloud, data=tmp_path) as gateway:
        assert (ask(gateway), ask(gateway, 40), gateway.misses) == (200, 202, ())
    with evs_gateway("a.sqlite") as gateway:
        assert (gateway.report["hits"], ask(gateway), gateway.report["hits"]) == (0, 200, 1)
        assert gateway.reset()["hits"] == 1
        assert (ask(gateway, 40), gateway.report["used"]) == (202, [[2, 2]])
        gateway.rewind()
        assert (ask(gateway, 40), gateway.report["hits"]) == (202, 2)
    assert (gateway.report["used"], gateway.misses) == ([[2, 2]], [])
    with pytest.raises(GatewayError, match="this gateway has ended"):
        gateway.reset()


def test_scopes_apart_replay_one_cassette_each_by_itself(cloud: str, tmp_path: Path) -> None:
    with evs_gateway("a.sqlite", "record", upstream=cloud, data=tmp_path) as gateway:
        ask(gateway, 40)
    with evs_gateway("a.sqlite") as gateway:
        with gateway.apart() as one, gateway.apart("two") as two:
            assert [(each.scope, ask(each, 40), each.report["hits"]) for each in (one, two)] == [
                ("1", 202, 1),
                ("two", 202, 1),
            ]
            with pytest.raises(RunError, match="scope 'two' has a listener already"), gateway.apart("two"):
                raise AssertionError("never begins")
        assert (one.report["used"], gateway.report["hits"]) == ([[1, 1]], 0)
        with pytest.raises(OSError, match="refused"):
            ask(one)


def test_credentials_of_the_environment_are_for_the_cloud_alone(
    cloud: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_TOKEN", "real")
    with evs_gateway("a.sqlite", "record", upstream=cloud, data=tmp_path) as gateway:
        assert gateway.token == "real"
    with evs_gateway("a.sqlite") as gateway:
        assert gateway.credentials == MADE_UP


def test_settings_of_the_environment_count_but_for_listeners_and_modes_of_operations(
    cloud: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evs-gateway.toml").write_text(
        '[listen]\npublic = "127.0.0.1:1"\nworkers = 3\n[cassette.modes]\ncinder_list_volumes = "passthrough"\n'
    )
    monkeypatch.setenv("EVS_GATEWAY_UPSTREAM__URL", cloud)
    monkeypatch.setenv("EVS_GATEWAY_DATA", "own-data")
    with evs_gateway("a.sqlite", "record", data=tmp_path / "unused") as gateway:
        ask(gateway, 40)
    assert (tmp_path / "own-data" / "redaction.key").exists()
    with evs_gateway("a.sqlite") as gateway:
        assert ask(gateway) == 424


def test_what_it_cannot_start_with_is_raised_here(tmp_path: Path) -> None:
    for mode, error, said in (
        ("replay", CassetteError, "no such cassette"),
        ("record", SettingsError, "give --upstream URL"),
        ("bogus", SettingsError, "evs_gateway\\(\\): cassette.mode is 'bogus'"),
    ):
        with pytest.raises(error, match=said), evs_gateway("none.cassette", mode):
            raise AssertionError("never begins")


def test_what_cannot_be_written_at_the_end_is_raised_here(cloud: str, tmp_path: Path) -> None:
    cassette = tmp_path / "a.cassette"
    with ExitStack() as stack:
        ask(stack.enter_context(evs_gateway(cassette, "record", upstream=cloud, data=tmp_path)))
        (cassette / "cassette.json").mkdir()
        with pytest.raises(StoreError, match="cannot be written"):
            stack.close()


def test_an_error_in_the_block_ends_the_gateway(cloud: str, tmp_path: Path) -> None:
    with (
        suppress(ZeroDivisionError),
        evs_gateway("a.cassette", "record", upstream=cloud, data=tmp_path) as gateway,
    ):
        ask(gateway)
        raise ZeroDivisionError
    assert (tmp_path / "a.cassette" / "cassette.json").exists()


def test_a_clock_of_the_tests_own_says_when_things_happen(tmp_path: Path) -> None:
    settings = SIMULATED.model_copy(
        update={"cassette": CassetteSettings(mode="simulate", path=tmp_path / "a.cassette"), "data": tmp_path / "data"}
    )
    with running(settings, lambda: 1_000.0) as gateway:
        assert ask(gateway) == 200
    recorded = open_cassette(tmp_path / "a.cassette")
    assert [(each.started_at, each.completed_at) for each in recorded.read()] == [(1_000.0, 1_000.0)]
    recorded.close()

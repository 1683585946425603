"""Recording anew beside a cassette, looking at what differs, accepting it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from gateway.cli import cassette as verb
from gateway.errors import CassetteError, SettingsError
from gateway.fronts.embedded import running
from gateway.settings import CassetteSettings, ListenSettings, Settings, UpstreamSettings
from gateway.stores.cassettes import open_cassette


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def recorded(mode: str, path: Path | None, upstream: str | None, *targets: str) -> None:
    cassette = CassetteSettings.model_validate({"mode": mode, "path": path})
    listen = ListenSettings(public="127.0.0.1:0")
    with running(Settings(cassette=cassette, listen=listen, upstream=UpstreamSettings(url=upstream))) as gateway:
        for target in targets:
            assert requests.get(f"{gateway.endpoint}{target}", timeout=10).ok


def targets(path: Path) -> list[bytes]:
    cassette = open_cassette(path)
    try:
        return [exchange.request.target for exchange in cassette.read()]
    finally:
        cassette.close()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(verb.command, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", ["life.cassette", "life.sqlite"])
def test_a_recording_made_anew_takes_the_place_when_it_is_accepted(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    shadow = tmp_path / name.replace("life", "life.shadow")
    recorded("simulate", path, None, "/v2")
    cloud = CassetteSettings.model_validate({"mode": "simulate"})
    with running(Settings(cassette=cloud, listen=ListenSettings(public="127.0.0.1:0"))) as service:
        recorded("rerecord", path, service.endpoint, "/v2", "/v1")
        assert (targets(path), targets(shadow)) == ([b"/v2"], [b"/v2", b"/v1"])
        with pytest.raises(SettingsError, match="was recorded already"):
            recorded("rerecord", path, service.endpoint, "/v2")
    assert "only in the second" in run("diff", path, shadow).stdout
    result = run("accept", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: 2 exchanges from {shadow.name}\n")
    assert targets(path) == [b"/v2", b"/v1"]
    assert not shadow.exists()


def test_what_is_not_there_or_still_being_recorded_is_named(tmp_path: Path) -> None:
    path, shadow = tmp_path / "life.cassette", tmp_path / "life.shadow.cassette"
    assert "serve --mode rerecord" in str(run("accept", path).exception)
    shadow.mkdir()
    (shadow / ".recording.sqlite").touch()
    exception = run("accept", path).exception
    assert isinstance(exception, CassetteError)
    assert "still being recorded" in str(exception)

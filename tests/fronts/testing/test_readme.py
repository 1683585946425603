"""What the README says about tests is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.fronts.embedded import running
from gateway.settings import CassetteSettings, ListenSettings, Settings, SimulatorSettings
from tests.clients.sessions import LIBRARY_WARNINGS

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").partition("## In pytest\n")[2].partition("\n## ")[0]
EXAMPLE, WITHOUT_PYTEST = re.findall(r"^```py\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
SIMULATED = Settings(
    cassette=CassetteSettings(mode="simulate"),
    listen=ListenSettings(public="127.0.0.1:0"),
    simulator=SimulatorSettings(settle_ms=20),
)


def test_the_example_is_recorded_and_replayed(pytester: pytest.Pytester) -> None:
    path = pytester.mkdir("tests") / "test_disks.py"
    path.write_text(EXAMPLE)
    plain = ("-p", "no:schemathesis", "-p", "no:xdist", path)
    with running(SIMULATED) as cloud:
        record = pytester.runpytest_subprocess(*plain, "--evs-record-mode=once", "--evs-upstream", cloud.endpoint)
    record.assert_outcomes(passed=1)
    pytester.runpytest_subprocess(*plain).assert_outcomes(passed=1)
    (cassette,) = re.findall(r"`(tests/cassettes/[^`]+)`", SECTION)
    assert (pytester.path / cassette / "cassette.json").exists()


def test_every_option_is_told(pytester: pytest.Pytester) -> None:
    printed = pytester.runpytest_subprocess("-p", "no:schemathesis", "--help").stdout.str()
    assert set(re.findall(r"--evs-[a-z-]+", SECTION)) == set(re.findall(r"--evs-[a-z-]+", printed))


@pytest.mark.filterwarnings(*(mark.args[0] for mark in LIBRARY_WARNINGS))
def test_the_example_without_pytest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    exec(WITHOUT_PYTEST, {})
    assert "name=SSD" in capsys.readouterr().out

"""Where faults may be declared: in the settings file, in a file of their own, by whoever embeds a gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.faults.declared import FaultSettings
from gateway.settings import load

TABLE = "[[faults]]\nstatus = 503\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(TABLE)
    return path


def test_tables_in_the_settings_file_or_a_file_of_their_own(file: Path, tmp_path: Path) -> None:
    naming = tmp_path / "settings.toml"
    naming.write_text(f'faults = "{file}"\n')
    ways = (
        load(file=file, environment={}),
        load(file=naming, environment={}),
        load([("--faults", "faults", str(file))], environment={}),
        load([("evs_gateway()", "faults", [{"status": 503}])], environment={}),
        load(environment={"EVS_GATEWAY_FAULTS": str(file)}),
    )
    assert [each.settings.faults for each in ways] == [(FaultSettings(status=503),)] * 5


def test_a_mistake_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(TABLE + TABLE.replace("503", "200"))
    with pytest.raises(SettingsError, match=r"settings\.toml: faults\.1\.status is '200'"):
        load(file=path, environment={})

"""What is shipped to run a gateway with: settings it knows, folders it owns, and no more rights than it needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.settings import ENVIRONMENT_PREFIX, load

PACKAGING = Path(__file__).parents[1] / "packaging"
UNIT = PACKAGING / "evs-gateway.service"
CONTAINER = (PACKAGING / "Containerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((PACKAGING / "compose.yaml").read_text())
GATEWAYS = {name: service for name, service in COMPOSE["services"].items() if name.startswith("gateway")}


def told(line: str) -> list[str]:
    """Return the values of a line of the unit."""
    return re.findall(rf"^{line}=(.*)$", UNIT.read_text(), re.MULTILINE)


def test_every_setting_in_an_environment_is_known() -> None:
    unit = dict(line.split("=", 1) for line in told("Environment"))
    container = dict(re.findall(rf"({ENVIRONMENT_PREFIX}\w+)=(\S+)", CONTAINER))
    compose = [service["environment"] for service in GATEWAYS.values()]
    for environment in (unit, container, *compose):
        given = {name: re.sub(r"\$\{.*\}", "https://evs.example.com", value) for name, value in environment.items()}
        known = {name for name in given if name.startswith(ENVIRONMENT_PREFIX)}
        assert len(load((), None, given).places) == len(known) > 0


def test_the_service_may_write_in_its_own_folder_only() -> None:
    assert told("DynamicUser") == told("NoNewPrivileges") == told("PrivateDevices") == ["yes"]
    assert (told("ProtectSystem"), told("StateDirectory"), told("ReadWritePaths")) == (["strict"], ["evs-gateway"], [])
    assert (told("CapabilityBoundingSet"), told("AmbientCapabilities"), told("User")) == ([""], [], [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_service_is_as_systemd_wants_it() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run(["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert complaints == []


def test_the_container_is_nobody_and_keeps_one_volume() -> None:
    final = CONTAINER.rpartition("FROM ")[2]
    assert re.findall(r"^(USER|VOLUME|STOPSIGNAL|ENTRYPOINT) (.*)$", final, re.MULTILINE) == [
        ("USER", "65532:65532"),
        ("VOLUME", "/data"),
        ("STOPSIGNAL", "SIGTERM"),
        ("ENTRYPOINT", '["evs-gateway"]'),
    ]


def test_the_gateways_together_need_no_root_and_publish_to_this_machine_only() -> None:
    assert len(GATEWAYS) == 2
    for name, service in GATEWAYS.items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"] == [f"{name}:/data"]
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert set(COMPOSE["volumes"]) == {*GATEWAYS, "postgres"}

"""The verb itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from gateway.cli.policy.group import SUBCOMMANDS, command
from tests.cli.policy.running import run


def test_help_names_every_subcommand_and_each_has_its_own() -> None:
    told = run("--help").stdout
    assert [name for name in SUBCOMMANDS if f"  {name} " not in told] == []
    assert [name for name in SUBCOMMANDS if "Exit codes" not in run(name, "--help").stdout] == ["keys"]


def test_subcommands_are_offered_for_completion() -> None:
    assert command.list_commands(click.Context(command)) == list(SUBCOMMANDS)


def test_another_subcommand_is_wrong_usage() -> None:
    assert run("allow").exit_code == 2


def test_a_set_that_does_not_load_is_told_in_a_line_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "policy-set.yaml").write_text("version: 1\nregoin: x\n")
    command = [sys.executable, "-m", "gateway", "policy", "lint", "--policies", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"evs-gateway: {tmp_path}/policy-set.yaml:2:1: unknown key 'regoin'; did you mean 'region'?\n"


def test_the_keys_are_printed_as_a_page() -> None:
    assert run("keys").stdout.startswith("# Policies\n")

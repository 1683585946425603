"""The verb `audit` and its words."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import gateway.cli.audit
from gateway.cli.audit.group import SUBCOMMANDS
from tests.cli.audit.running import audit


def test_help_names_all_subcommands() -> None:
    shown = audit("--help").stdout
    assert all(f"  {name}" in shown for name in SUBCOMMANDS)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_subcommand_has_help(name: str) -> None:
    assert f" audit {name} [OPTIONS]" in audit(name, "--help").stdout


def test_subcommands_are_told_in_their_order() -> None:
    group = gateway.cli.audit.command
    assert group.list_commands(click.Context(group)) == list(SUBCOMMANDS)


def test_another_word_is_no_subcommand() -> None:
    result = audit("forget")
    assert (result.exit_code, "No such command 'forget'" in result.stderr) == (2, True)


def test_the_verb_is_where_verbs_are() -> None:
    assert Path(gateway.cli.audit.__file__).parent.name == gateway.cli.audit.command.name

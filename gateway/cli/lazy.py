"""Groups of commands that know their commands by name and load a module when one is run, so that `--help` stays
instant."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

_AS_NAMED: Mapping[str, str] = MappingProxyType({})


class LazyGroup(click.Group):
    """`told` says of each command what it does, `package` where their modules are; `modules` names those that are not
    called as their command."""

    def __init__(
        self,
        *args: Any,
        package: str,
        told: Mapping[str, str],
        modules: Mapping[str, str] = _AS_NAMED,
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        self._package = package
        self._told = told
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._told)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._told:
            return None
        module = importlib.import_module(f"{self._package}.{self._modules.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self._told.items()))

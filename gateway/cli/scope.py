"""`scope`: the scopes of a running gateway, over its admin listener."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import click

from gateway.cli.asking import admin_option, ask

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group()
def command() -> None:
    """Open, close, rewind and report the scopes of a running gateway.

    A scope replays a cassette by itself. Exit code 1 when the gateway did not do it, or did not answer.
    """


@command.command("list")
@admin_option
@json_option
def list_(admin: str, as_json: bool) -> None:
    """Print the scopes, and the listeners that some have."""
    scopes = ask("GET", _url(admin))["scopes"]
    if as_json:
        click.echo(json.dumps(scopes, indent=2))
        return
    for scope in scopes:
        click.echo(" ".join(filter(None, (scope["name"], scope.get("url")))))


@command.command("open")
@click.argument("name", required=False)
@click.option("--listen", metavar="HOST:PORT", help="Where to listen (default: any free port of loopback).")
@admin_option
@json_option
def open_(name: str | None, listen: str | None, admin: str, as_json: bool) -> None:
    """Open a listener for a scope, and print its URL."""
    given = {word: value for word, value in (("name", name), ("listen", listen)) if value is not None}
    opened = ask("POST", _url(admin), given)
    click.echo(json.dumps(opened) if as_json else opened["url"])


@command.command()
@click.argument("name")
@admin_option
@json_option
def close(name: str, admin: str, as_json: bool) -> None:
    """Close the listener of a scope, end the scope, and print its report."""
    _print(ask("DELETE", _url(admin, name)), as_json)


@command.command()
@click.argument("name")
@admin_option
@json_option
def reset(name: str, admin: str, as_json: bool) -> None:
    """Let a scope begin anew, as if it had never been, and print the report until now."""
    _print(ask("POST", f"{_url(admin, name)}/reset"), as_json)


@command.command()
@click.argument("name")
@admin_option
@json_option
def rewind(name: str, admin: str, as_json: bool) -> None:
    """Set a scope back to the start of the recording, with new ids; its report counts on."""
    _print(ask("POST", f"{_url(admin, name)}/rewind"), as_json)


@command.command()
@click.argument("name")
@admin_option
@json_option
def report(name: str, admin: str, as_json: bool) -> None:
    """Print what a scope used of the recording until now, what it did not, and what missed."""
    _print(ask("GET", _url(admin, name)), as_json)


def _url(admin: str, *name: str) -> str:
    return "/".join((admin.rstrip("/"), "scopes", *(quote(part, safe="") for part in name)))


def _print(told: dict[str, Any], as_json: bool) -> None:
    from gateway.cassette.telling import words

    click.echo(json.dumps(told, indent=2) if as_json else "\n".join(words(told)))

"""`identity`: development tokens are made, and what a running gateway believes about tokens is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.asking import admin_option, ask


@click.group()
def command() -> None:
    """Make development tokens; let go of what is believed about tokens."""


@command.command("dev-token")
@click.argument("name")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="The file of tokens (TOML).")
@click.option("--project-id", required=True, help="The project that the token opens.")
@click.option("--project-name", help="Its name.")
@click.option("--user-id", help="Who acts, for policies.")
@click.option("--user-name", help="Who acts, for policies.")
@click.option("--domain-id", help="The account, for policies.")
@click.option("--domain-name", help="The account, for policies.")
@click.option("--role", "roles", multiple=True, help="A role, for policies (repeatable).")
def dev_token(name: str, path: Path, roles: tuple[str, ...], **person: str | None) -> None:
    """Print a new development token, and keep its hash in the file under NAME.

    It is printed once. Clients send it in X-Auth-Token, to a gateway on loopback that accepts `dev`.
    """
    from gateway.stores.credential_files import add_dev_token

    stated: dict[str, Any] = {key: value for key, value in person.items() if value is not None}
    click.echo(add_dev_token(path, name, {**stated, "roles": list(roles)}))


@command.command("proxy-user")
@click.argument("name")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="The file of users (TOML).")
def proxy_user(name: str, path: Path) -> None:
    """Print the password of a new user of the forward listener, and keep its hash in the file under NAME.

    It is printed once. The file is named by the setting forward.users_file; the name is the scope of the user's
    requests.
    """
    from gateway.stores.credential_files import add_proxy_user

    click.echo(add_proxy_user(path, name))


@command.command()
@admin_option
@click.option("--token-file", type=click.File(), help="Forget the token in this file (- for stdin).")
@click.option("--user", help="Forget the tokens of a user, by id or name.")
@click.option("--domain", help="Forget the tokens of an account, by id or name.")
@click.option("--all", "everything", is_flag=True, help="Forget all tokens.")
def evict(admin: str, token_file: Any, user: str | None, domain: str | None, everything: bool) -> None:
    """Let a running gateway forget tokens, so that the IAM is asked about them again.

    Prints how many were known. Exit code 1 when the gateway did not answer.
    """
    token = token_file.read().strip() if token_file else None
    asked = {"token": token, "user": user, "domain": domain, "all": everything or None}
    given = {word: value for word, value in asked.items() if value is not None}
    if len(given) != 1:
        raise click.UsageError("give one of --token-file, --user, --domain and --all")
    click.echo(ask("POST", f"{admin.rstrip('/')}/identity/evict", given)["evicted"])

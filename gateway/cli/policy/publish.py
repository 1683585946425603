"""`policy publish`: a policy folder given to all gateways that share a store."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.access.folder import read_policy_set
from gateway.cli.policy.common import policies_option
from gateway.errors import SettingsError
from gateway.settings import load
from gateway.stores.policies import read_folder


@click.command("publish")
@policies_option()
@click.option("--store", metavar="URL", help="The shared PostgreSQL (default: that of the settings).")
def command(folder: Path, store: str | None) -> None:
    """Give a policy folder to all gateways whose policies come from the store.

    They have it in force a moment later, each on its own disk too. A folder that does not load is not published.

    Exit codes: 0 published, 3 the policies do not load, or the store does not take them.
    """
    files = read_folder(folder)
    policies = read_policy_set(files)
    url = load([("--store", "store", store)]).settings.store
    if url is None:
        raise SettingsError("store: nobody shares anything; give --store URL")
    try:
        from gateway.stores.postgres.policies import publish
    except ImportError as error:
        raise SettingsError(f"store: {error.name} is missing; pip install 'evs-gateway[postgres]'") from error
    number = publish(url, files)
    click.echo(f"publication {number}: digest {policies.digest}", err=True)

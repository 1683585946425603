"""`env`: what a client needs to know to go through the gateway, as exports for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from gateway.cli.ca import data_folder, data_option


@dataclass(frozen=True, slots=True)
class Through:
    """A door: its address, the CA certificate that its clients trust, and the region they are in."""

    url: str
    ca: str = ""
    region: str = ""


Exports = Mapping[str, str]
Say = Callable[[Through], Exports]


def _proxy(*bundles: str) -> Say:
    """Return the exports for a client with a proxy; `bundles` are the variables it takes a CA file from."""

    def exports(door: Through) -> Exports:
        spelled = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), door.url)
        return {**spelled, "NO_PROXY": "", "no_proxy": "", **dict.fromkeys(bundles, door.ca)}

    return exports


def _region(door: Through) -> Exports:
    """Return what the SDK takes the endpoint of a region from; without one the client must be told it in code."""
    name = f"HUAWEICLOUD_SDK_REGION_EVS_{door.region.replace('-', '_').upper()}" if door.region else "EVS_ENDPOINT"
    return {name: door.url}


# By client: what it needs for the forward door, and for the public one. Tried with the real ones, but for Terraform.
FORWARD: Mapping[str, Say] = {
    "curl": _proxy("CURL_CA_BUNDLE"),
    "huaweicloud": _proxy("REQUESTS_CA_BUNDLE"),
    "openstack": _proxy("REQUESTS_CA_BUNDLE", "OS_CACERT"),
    "terraform": _proxy("SSL_CERT_FILE"),
    "python": _proxy("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"),
}
PUBLIC: Mapping[str, Say] = {
    "curl": lambda door: {"EVS_ENDPOINT": door.url},
    "huaweicloud": lambda door: {"HUAWEICLOUD_SDK_IAM_ENDPOINT": door.url, **_region(door)},
    "openstack": lambda door: {
        "OS_AUTH_URL": f"{door.url}/v3",
        "OS_BLOCK_STORAGE_ENDPOINT_OVERRIDE": f"{door.url}/v2/$OS_PROJECT_ID",
        "OS_BLOCK_STORAGE_API_VERSION": "2",
    },
    "terraform": lambda door: {"HW_AUTH_URL": f"{door.url}/v3", "EVS_ENDPOINT": door.url},
    "python": lambda door: {"EVS_ENDPOINT": door.url},
}
# What the public door cannot be told to a client in its environment.
IN_CODE = {
    "curl": 'curl "$EVS_ENDPOINT/v2/$PROJECT_ID/volumes"',
    "huaweicloud": 'EvsClient.new_builder().with_endpoint(os.environ["EVS_ENDPOINT"])',
    "terraform": 'provider "huaweicloud" { endpoints = { evs = "<EVS_ENDPOINT>" } }',
    "python": "requests.get(f\"{os.environ['EVS_ENDPOINT']}/v2/{project_id}/volumes\")",
}


@click.command()
@click.argument("client", type=click.Choice(sorted(FORWARD)))
@click.option("--public", metavar="URL", help="Go through the public listener (default: that of the settings).")
@click.option("--forward", metavar="URL", help="Go through the forward listener; the default where one is set.")
@click.option("--region", default="", help="Region whose endpoint the SDK takes from its environment (huaweicloud).")
@click.option("--user", metavar="NAME[:PASSWORD]", help="User of the forward listener; a name alone makes a scope.")
@data_option
def command(
    client: str, public: str | None, forward: str | None, region: str, user: str | None, data: Path | None
) -> None:
    """Print the exports with which a client goes through the gateway.

    Use it as `eval "$(evs-gateway env curl --forward http://127.0.0.1:3128)"`, and not in the shell that runs the
    gateway: it would ask the cloud through itself.
    """
    door = None if public else _forward_url(forward)
    if door is None:
        _say(PUBLIC[client](Through(_public_url(public), region=region)))
        if client in IN_CODE and not region:
            click.echo(f"# in the client: {IN_CODE[client]}")
        return
    ca = data_folder(data).absolute() / "ca" / "evs-gateway-ca.pem"
    if not ca.exists():
        click.echo(f"{ca}: is not there yet; `serve --forward-listen` makes it when it first starts", err=True)
    _say(FORWARD[client](Through(_with_user(door, user), str(ca))))


def _say(exports: Exports) -> None:
    for name, value in exports.items():
        quoted = f'"{value}"' if "$" in value else shlex.quote(value)
        click.echo(f"export {name}={quoted}")


def _with_user(url: str, user: str | None) -> str:
    if user is None:
        return url
    scheme, _, place = url.partition("://")
    return f"{scheme}://{user if ':' in user else f'{user}:x'}@{place}"


def _forward_url(given: str | None) -> str | None:
    from gateway.settings import load

    listen = load().settings.forward.listen
    return (given or (f"http://{listen}" if listen else "")).rstrip("/") or None


def _public_url(given: str | None) -> str:
    from gateway.settings import load

    settings = load().settings.listen
    return (given or settings.public_url or f"http://{settings.public}").rstrip("/")

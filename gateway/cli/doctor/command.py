"""`doctor`: one request through each open door, and what is wrong in words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from gateway.cli.ca import data_option
from gateway.cli.doctor.verdicts import Ended, Verdict, distrust, surroundings, verdicts
from gateway.cli.doctor.visits import Proxy, forward, public
from gateway.errors import RunError
from gateway.settings import Settings, load

# Where the clients' libraries look for a CA file.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "OS_CACERT")


@click.command()
@click.option("--public", "public_url", metavar="URL", help="The public listener (default: that of the settings).")
@click.option("--forward", "forward_url", metavar="URL", help="The forward listener (default: that of the settings).")
@click.option("--host", metavar="HOST[:PORT]", help="Host to ask through it (default: one that the settings list).")
@click.option("--user", metavar="NAME:PASSWORD", help="User of the forward listener.")
@click.option("--ca", metavar="FILE", help="CA file to trust (default: the authority in the data folder).")
@data_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(
    public_url: str | None,
    forward_url: str | None,
    host: str | None,
    user: str | None,
    ca: str | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Send one request through each door of a running gateway, and say in words what is wrong.

    The request is `GET /v2`, and a gateway that records keeps it like any other. Looks at this shell too: HTTPS_PROXY,
    NO_PROXY and the variables that name CA files. Exit code 1 when something is wrong.
    """
    settings = load().settings
    found = list(_of_public(public_url or f"http://{settings.listen.public}"))
    door = forward_url or (f"http://{settings.forward.listen}" if settings.forward.listen else None)
    if door is not None:
        from gateway.stores.ca import CERTIFICATE_FILE, ca_folder

        trusted = ca or str((ca_folder(data or settings.data) / CERTIFICATE_FILE).absolute())
        found += _of_forward(Proxy(door.rstrip("/"), user), host or _listed(settings), trusted)
    _print(found, as_json)
    wrong = sum(not each.is_well for each in found)
    if wrong:
        raise RunError(f"{wrong} of {len(found)} things are not as they should be")


def _of_public(url: str) -> Iterator[Verdict]:
    yield from verdicts(public(url.rstrip("/")))


def _of_forward(proxy: Proxy, host: str, ca: str) -> Iterator[Verdict]:
    visit = forward(proxy, host, ca)
    yield from verdicts(visit)
    yield from surroundings(os.environ, proxy.url, host.partition(":")[0])
    if visit.ended is Ended.ANSWERED:
        for name in BUNDLES:
            path = os.environ.get(name)
            if path and forward(proxy, host, path).ended is Ended.UNTRUSTED:
                yield distrust(name, path, ca)


def _listed(settings: Settings) -> str:
    """Return a host that the settings let clients ask. Errors: SettingsError when they name none."""
    from gateway.fronts.destinations import bracketed, destinations

    first = destinations(settings)[-1]
    return f"{bracketed(first.host)}:{first.port}"


def _print(found: list[Verdict], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.door}: {'ok' if each.is_well else 'wrong'}: {each.says}")

"""`ca`: the authority that clients of the forward door trust."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder (default: that of the settings)."
)

# Each platform's own words. `{path}` is the certificate.
INSTALL = {
    "one program only": "SSL_CERT_FILE={path}  (or REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE; see `evs-gateway env`)",
    "Debian, Ubuntu": "sudo cp {path} /usr/local/share/ca-certificates/evs-gateway.crt && sudo update-ca-certificates",
    "Fedora, RHEL": "sudo cp {path} /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust",
    "macOS": "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {path}",
    "Windows": "certutil -user -addstore Root {path}",
    "Java": "keytool -importcert -cacerts -alias evs-gateway -file {path}",
}


@click.group()
def command() -> None:
    """The authority of the forward door.

    `serve --forward-listen` makes it when it first starts: one for each data folder, and only for the hosts behind the
    proxy. Its key stays in the data folder and is given to nobody.
    """


@command.command()
@data_option
def path(data: Path | None) -> None:
    """Print where the certificate is, for clients that take a file."""
    click.echo(certificate_path(data))


@command.command()
@data_option
def export(data: Path | None) -> None:
    """Print the certificate in PEM form, without its key."""
    click.echo(certificate_path(data).read_text(), nl=False)


@command.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(data: Path | None, as_json: bool) -> None:
    """Print what the authority may speak for, how long it is valid, and its fingerprint."""
    told = _facts(data)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}")


@command.command("install-help")
@data_option
def install_help(data: Path | None) -> None:
    """Print how to trust the certificate, for one program and on each platform.

    Whoever trusts it for a whole machine trusts whoever has its key, for the hosts that it may speak for.
    """
    file = certificate_path(data)
    width = max(map(len, INSTALL))
    for platform, words in INSTALL.items():
        click.echo(f"{platform:<{width}}  {words.format(path=file)}")


def certificate_path(data: Path | None) -> Path:
    """Return the certificate of a data folder. Errors: StoreError when there is none."""
    from gateway.stores.ca import certificate_file

    return certificate_file(data_folder(data)).absolute()


def data_folder(data: Path | None) -> Path:
    """Return a data folder, that of the settings by default."""
    from gateway.settings import load

    return data or load().settings.data


def _facts(data: Path | None) -> dict[str, str | int | list[str]]:
    from cryptography.hazmat.primitives import hashes

    from gateway.stores.ca import certificate, covered

    held = certificate(data_folder(data))
    left = held.not_valid_after_utc - datetime.now(UTC)
    return {
        "path": str(certificate_path(data)),
        "subject": held.subject.rfc4514_string(),
        "hosts": list(covered(held)),
        "valid_until": f"{held.not_valid_after_utc:%Y-%m-%d}",
        "days_left": left.days,
        "sha256": held.fingerprint(hashes.SHA256()).hex(":"),
    }

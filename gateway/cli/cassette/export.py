"""`cassette export`: a cassette in a form for people, for git or for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cassette.foreign import ORIGIN, lifelike
from gateway.cli.cassette.common import force_option, path_type
from gateway.cli.cassette.copying import copy, is_same, redacting
from gateway.cli.cassette.forms import FOREIGN, form_of, write_form
from gateway.errors import CassetteError
from gateway.stores.copying import refuse_existing, write_cassette
from gateway.stores.text_folder import SUFFIX


@click.command("export")
@click.argument("cassette", type=path_type)
@click.argument("target", type=path_type)
@click.option("--origin", default=ORIGIN, metavar="URL", help="Address that URLs in the forms of other tools carry.")
@force_option
def command(cassette: Path, target: Path, origin: str, force: bool) -> None:
    """Write a cassette as text, HAR, a cassette of VCR.py or flows of mitmproxy, by the name of TARGET.

    NAME.cassette is a folder of JSON files, to be reviewed and committed; given as CASSETTE too, it is brought to
    today's format. NAME.har opens in the developer tools of browsers and in mitmproxy; NAME.yaml is played by VCR.py,
    when --origin is the address that the client calls; NAME.flow (.flows, .mitm) is opened by mitmproxy, which must be
    there. All hold valid ids where the text form has aliases. Whatever is written is redacted once more.
    """
    if form_of(target):
        _refuse_existing_file(target, force)
        copy(cassette, target, redacting(None), lambda found: write_form(target, lifelike(found), origin.rstrip("/")))
    elif target.suffix == SUFFIX:
        if not force and not is_same(cassette, target):
            refuse_existing(target)
        copy(cassette, target, redacting(None), lambda found: write_cassette(target, found))
    else:
        names = ", ".join((SUFFIX, *FOREIGN))
        raise click.BadParameter(f"expected a name that ends in one of {names}", param_hint="TARGET")


def _refuse_existing_file(target: Path, force: bool) -> None:
    if target.exists() and not force:
        raise CassetteError(f"{target}: is there already; give --force to replace it")

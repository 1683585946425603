"""`report`: charts and tables of a time in one HTML file, for whoever opens no pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from gateway.cli.audit.common import index_option, path_type, settings_of
from gateway.cli.audit.search import bring_up_to_date
from gateway.errors import RunError
from gateway.stores.audit_index import AuditIndex
from gateway.stores.audit_reading import folder_with_trail

_KINDS = ("principal", "action", "operation", "resource", "decision", "mode", "status", "origin", "scope", "project")


def _narrowing(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}", multiple=True, metavar="VALUE", help=f"Only requests of this {name} (repeatable).")


def _narrowed(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(_KINDS):
        command = _narrowing(name)(command)
    return command


@click.command("report")
@click.option("--from", "since", default="", metavar="TIME", help="From then on: ISO (UTC), or 15m ago (s, m, h, d).")
@click.option("--to", "until", default="", metavar="TIME", help="Before then; as --from.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, allow_dash=True), required=True, help="HTML file, or -."
)
@click.option("--audit", "trail", type=path_type, help="Folder of the trail (default: that of the settings).")
@click.option("--data", type=path_type, help="Data folder (default: that of the settings).")
@click.option("--config", "file", type=path_type, help="Settings file.")
@index_option
@_narrowed
def command(
    since: str,
    until: str,
    output: str,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
    index_file: Path | None,
    **chosen: tuple[str, ...],
) -> None:
    """Write charts and tables of a time into one HTML file that needs no network and no script.

    The same that the inspector's pages show: requests over time, what was asked and by whom, permissions with their
    last use, denied and failed requests, misses beside the nearest recordings, and drift. With times that say a date
    the same trail gives the same file.
    """
    from gateway.fronts.inspector.reporting import report
    from gateway.inspector.filters import filter_of

    pairs = [(name, value) for name, values in chosen.items() for value in values]
    try:
        wanted = filter_of([*pairs, ("from", since), ("to", until)], round(time.time() * 1000))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with AuditIndex(folder_with_trail(trail or settings_of(data, file).trail_folder), index_file) as index:
        bring_up_to_date(index)
        page = report(index, wanted)
    try:
        with click.open_file(output, "w", encoding="utf-8", atomic=True) as written:
            written.write(page)
    except OSError as error:
        raise RunError(f"{output}: cannot be written ({error.strerror})") from error

"""`cassette scan`: secrets in files that are about to be shared, for CI and as a hook before a commit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import yaml

from gateway.cassette.scan import Leak, scan
from gateway.cli.cassette.common import json_option, opened, progress
from gateway.cli.cassette.forms import FLOWS, FOREIGN, flows_shown
from gateway.cli.cassette.show import document
from gateway.errors import CassetteError, DifferenceError
from gateway.stores.text_folder import SUFFIX

_SQLITE = b"SQLite format 3\0"
_YAML = (".yaml", ".yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START = 4096


@click.command("scan")
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@json_option
def command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Look for tokens, passwords, keys and signatures in cassettes, HAR files, cassettes of VCR.py and flows of
    mitmproxy (which must be there).

    A path is a file of any of these forms, one file of a text cassette, or a folder, which is searched for all of
    them. Prints file, place and kind of each secret, never its value.

    Exit codes: 0 nothing is found, 4 something is, 3 a file cannot be read.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    with progress(files, len(files), "Scanning") as shown:
        found = [(file, leak) for file in shown for leak in _leaks(file)]
    if as_json:
        rows = [{"file": str(file), "place": leak.place, "kind": leak.kind} for file, leak in found]
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo("".join(f"{file}: {leak.place}: {leak.kind}\n" for file, leak in found), nl=False)
    if found:
        secrets = "1 secret" if len(found) == 1 else f"{len(found)} secrets"
        raise DifferenceError(f"found {secrets}; import the cassette again to redact it, and change what was shared")
    click.echo(f"nothing found in {len(files)} files", err=True)


def _files(path: Path) -> Iterator[Path]:
    """Yield the files that a path means: itself, or what in a folder may be a cassette."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in (".git", ".venv", "node_modules"))
        yield from (file for name in sorted(names) if _is_candidate(file := Path(folder) / name))


def _is_candidate(file: Path) -> bool:
    if file.parent.suffix == SUFFIX and file.suffix == ".json":
        return True
    if file.suffix in _YAML:
        return b"interactions:" in _start(file)
    return file.suffix in FOREIGN or _start(file).startswith(_SQLITE)


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(_START)
    except OSError as error:
        raise CassetteError(f"{file}: cannot be read: {error.strerror}") from error


def _leaks(file: Path) -> Iterator[Leak]:
    if not _start(file).startswith(_SQLITE):
        yield from scan(_document(file))
        return
    with opened(file) as cassette:
        for exchange in cassette.read():
            leaks = scan(document(exchange))
            yield from (Leak(f"/{exchange.seq}{leak.place}", leak.kind) for leak in leaks)


def _document(file: Path) -> Any:
    """Return all that a file holds, whether or not we would read it. Errors: CassetteError for what has no form."""
    text = file.read_bytes()
    if file.suffix.lower() in FLOWS:
        return _flows(file, text)
    try:
        return yaml.load(text, _LOADER) if file.suffix in _YAML else json.loads(text.decode("utf-8-sig"))  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CassetteError(f"{file}: cannot be scanned: expected a cassette, HAR, VCR.py's YAML or flows") from error


def _flows(file: Path, text: bytes) -> Any:
    try:
        return flows_shown(text)
    except CassetteError as error:
        raise CassetteError(f"{file}: cannot be scanned: {error}") from error

"""`audit verify`: whether the trail is whole, and where it is not."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain as chained
from pathlib import Path
from typing import Any

import click

from gateway.audit.anchors import Anchor
from gateway.audit.verification import Line, Verdict
from gateway.cli.audit.common import json_option, path_type, settings_of, trail_options
from gateway.cli.cassette.common import stderr_is_terminal
from gateway.errors import DifferenceError, RunError
from gateway.stores.audit_files import chains_in, files_of
from gateway.stores.audit_reading import anchors_told, folder_with_trail, judged
from gateway.stores.keys import ANCHOR_PUBLIC_FILE

MOST_FAULTS = 20
_KEY_BYTES = 32


@click.command("verify")
@click.option("--anchors", type=path_type, multiple=True, help="Anchors that were kept elsewhere: a file, or a log.")
@click.option("--key", metavar="KEY", help="Public key of the anchors, or a file with it (default: anchor.pub).")
@click.option("--chain", "chosen", metavar="NAME", multiple=True, help="Only this chain.")
@json_option
@trail_options
def command(
    anchors: tuple[Path, ...],
    key: str | None,
    chosen: tuple[str, ...],
    as_json: bool,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
) -> None:
    """Tell whether the trail is whole, and where it is not.

    Finds and locates a changed byte, records that were deleted, moved, repeated or put in, a fork, a wrong key. That
    the end was cut off, or all of it written anew by somebody who holds the disk and the key, shows only by anchors
    that were kept elsewhere: records behind the last of them are taken on trust. Exit code 4 when it is not whole.
    """
    settings = settings_of(data, file)
    folder = folder_with_trail(trail or settings.trail_folder)
    public = _public(key, settings.data / ANCHOR_PUBLIC_FILE)
    outside = [anchor for path in anchors for anchor in anchors_told(path)]
    verdicts = [_judged(folder, name, outside, public) for name in _chains(folder, outside, chosen)]
    if as_json:
        click.echo(json.dumps([_document(verdict) for verdict in verdicts], indent=2))
    else:
        click.echo("\n".join(line for verdict in verdicts for line in _lines(verdict)))
    _complain(verdicts)


def _chains(folder: Path, outside: Iterable[Anchor], chosen: tuple[str, ...]) -> list[str]:
    """Return the chains to judge: those that are there, and those that others speak of."""
    names = sorted({*chains_in(folder), *(anchor.chain for anchor in outside)})
    unknown = set(chosen) - set(names)
    if unknown:
        raise RunError(f"{folder}: holds no chain {min(unknown)!r}; it holds {', '.join(names)}")
    return [name for name in names if not chosen or name in chosen]


def _judged(folder: Path, name: str, outside: Iterable[Anchor], public: bytes | None) -> Verdict:
    size = sum(path.stat().st_size for path in files_of(folder, name))

    def watch(lines: Iterable[Line]) -> Iterator[Line]:
        if not stderr_is_terminal():
            yield from lines
            return
        with click.progressbar(length=size, label=f"Checking {name}", file=sys.stderr) as shown:
            for line in lines:
                yield line
                shown.update(len(line.text) + 1)

    return judged(folder, name, outside, public, watch)


def _public(key: str | None, usual: Path) -> bytes | None:
    """Return the raw key, None where there is none to check with. Errors: RunError for what is no key."""
    if key is None and not usual.exists():
        return None
    path = usual if key is None else Path(key)
    try:
        text = path.read_text("ascii") if key is None or path.is_file() else key
        raw = base64.b64decode(text.strip(), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        raise RunError(f"{path}: is no public key ({error}); expected base64 of {_KEY_BYTES} bytes") from error
    if len(raw) != _KEY_BYTES:
        raise RunError(f"{path}: is no public key; expected base64 of {_KEY_BYTES} bytes, found {len(raw)}")
    return raw


def _lines(verdict: Verdict) -> Iterator[str]:
    state = "whole" if verdict.is_whole else "NOT WHOLE"
    yield f"{verdict.chain}: {state}: {verdict.records} records, the last is {verdict.head.seq}; {_trust(verdict)}"
    yield from (f"  {fault.place}: {fault.kind}: {fault.says}" for fault in verdict.faults[:MOST_FAULTS])
    if len(verdict.faults) > MOST_FAULTS:
        yield f"  and {len(verdict.faults) - MOST_FAULTS} more"


def _trust(verdict: Verdict) -> str:
    if verdict.anchored == 0:
        return "no anchor kept elsewhere speaks for it, so a cut or rewritten end would not show"
    behind = verdict.head.seq - verdict.anchored
    return f"anchors kept elsewhere speak for the first {verdict.anchored}; taken on trust behind them: {behind}"


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "chain": verdict.chain,
        "whole": verdict.is_whole,
        "records": verdict.records,
        "last_seq": verdict.head.seq,
        "last_hash": verdict.head.hash,
        "anchored_seq": verdict.anchored,
        "faults": [
            {"kind": fault.kind.value, "place": fault.place, "seq": fault.seq, "says": fault.says}
            for fault in verdict.faults
        ],
    }


def _complain(verdicts: Iterable[Verdict]) -> None:
    faults = list(chained.from_iterable(verdict.faults for verdict in verdicts))
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise DifferenceError(f"the audit trail is not whole: {count}, the first at {faults[0].place}")

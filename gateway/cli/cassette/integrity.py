"""How the three verdicts on a cassette, and the seals on it, are told: in lines, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gateway.cassette.integrity import Bound, State
from gateway.cassette.seals import Seal
from gateway.cli.cassette.common import progress
from gateway.cli.cassette.forms import form_of
from gateway.settings import load
from gateway.stores.integrity import Examined, examine
from gateway.stores.ledger import Ledger


def ledger_of(data: Path | None) -> Ledger:
    """Return the ledger of a data folder, the one of the settings by default; plain hashes where there is none."""
    return Ledger.found(data or load().settings.data)


def examined(path: Path, data: Path | None) -> Examined | None:
    """Return the verdicts on a cassette, None for a form of another tool, which has nothing to tell them by."""
    return None if form_of(path) else examine(path, ledger_of(data), _watched)


def _watched(rows: Iterable[Bound], count: int) -> Iterator[Bound]:
    with progress(rows, count, "Checking hashes") as shown:
        yield from shown


def lines_of(found: Examined) -> Iterator[str]:
    """Yield the verdicts, each with what is wrong, and the seals."""
    for name, verdict in found.integrity.verdicts.items():
        yield f"{name}: {verdict.state}: {verdict.says}"
        yield from (f"  {fault.place}: {fault.says}" for fault in verdict.faults)
        if verdict.count > len(verdict.faults):
            yield f"  and {verdict.count - len(verdict.faults)} more"
    yield from (seal.words() for seal in found.seals)


def document_of(found: Examined) -> dict[str, Any]:
    """Return the same as JSON."""
    verdicts = {
        name: {
            "verdict": verdict.state.value,
            "says": verdict.says,
            "faults": [{"place": fault.place, "says": fault.says} for fault in verdict.faults],
            "count": verdict.count,
        }
        for name, verdict in found.integrity.verdicts.items()
    }
    return {**verdicts, "seals": [_row(seal) for seal in found.seals]}


def complaint(found: Examined, strict: bool) -> str | None:
    """Return why the verdicts are a failure, None when they are none. Edits of the text form are normal, and what
    cannot be told is no fault, unless `strict` wants all three to be good."""
    integrity = found.integrity
    if integrity.has(State.BAD) and (strict or not found.is_text):
        return "is not as it was written; `cassette seal` vouches for it as it is"
    if integrity.has(State.UNKNOWN) and strict:
        return "cannot be told to be as it was written"
    return None


def _row(seal: Seal) -> dict[str, Any]:
    return {"at": seal.at, "by": seal.by, "reason": seal.reason, "note": seal.note}

"""How old a cassette is: counted from its first exchange, never from its last use, and told by the file's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.cassette.text import HEADER_FILE
from gateway.errors import CassetteError
from gateway.stores.cassettes import cassette_exists, open_cassette
from gateway.stores.text_folder import header_of

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a cassette was begun, in seconds since the epoch, and how old it says it may get."""

    at: float
    max_age_days: float | None = None


def age_fault(path: Path, at: float, max_age_days: float | None = None) -> str | None:
    """Return None for a cassette that is young enough, or one sentence about its age. A bound given takes the place of
    its own.

    Units: `at` in seconds since the epoch.
    Errors: CassetteError for what cannot be read.
    """
    is_text = (path / HEADER_FILE).is_file()
    if not cassette_exists(path) or (max_age_days is None and not is_text):
        return None
    recorded = _in_header(path) if is_text else _in_rows(path)
    if recorded is None:
        return None
    bound = recorded.max_age_days if max_age_days is None else max_age_days
    if bound is None or at - recorded.at <= bound * _DAY_S:
        return None
    days = int((at - recorded.at) / _DAY_S)
    since = datetime.fromtimestamp(recorded.at, UTC).strftime("%Y-%m-%d")
    return f"{path}: was recorded {days} days ago, on {since}, and may be {bound:g} days old; record it anew"


def own_bound(folder: Path) -> float | None:
    """Return how old a text cassette says it may get, None where there is none or it says nothing."""
    header = folder / HEADER_FILE
    recorded = _in_header(folder) if header.is_file() else None
    return recorded.max_age_days if recorded is not None else None


def _in_header(folder: Path) -> Recorded | None:
    header = header_of(folder)
    try:
        return Recorded(_moment(header.recorded_at), header.max_age_days) if header.recorded_at else None
    except ValueError as error:
        raise CassetteError(f"{folder}/{HEADER_FILE}: recorded_at: {error}") from error


def _moment(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def _in_rows(path: Path) -> Recorded | None:
    cassette = open_cassette(path)
    try:
        first = next(iter(cassette.read()), None)
    finally:
        cassette.close()
    return Recorded(first.started_at) if first is not None else None

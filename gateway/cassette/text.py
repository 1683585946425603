"""The text form of a cassette: a header and a JSON file for each series of exchanges, to be reviewed and committed.

Equal recordings give equal bytes, and what was imported is exported as it was. So everything that differs between two
recordings of the same thing is out: ids are aliases, times are offsets from the first exchange, connections are
numbered, dates, request ids and lengths are tokens. Nothing names a host. Exchanges stand in the order in which they
were complete. Pure: files are a mapping of names to bytes.

What an import does not give back as it was: the times of day (to the second), the names of connections, `X-Sdk-Date`,
dates and request ids, the layout of JSON bodies, and of equal answers in a row all but the first's `updated_at` and
request ids, and all but the first's and last's times.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.cassette.rule_set import RULE_SET
from gateway.cassette.text_blobs import dumped, is_blob
from gateway.cassette.text_forms import FormatForm, HeaderForm, parsed
from gateway.cassette.text_migrations import FORMAT, HEADER_FILE, is_exchange_file, migrated
from gateway.cassette.text_placeholders import check_placeholders, counted_aliases, literals
from gateway.cassette.text_reading import exchanges_of, in_order
from gateway.cassette.text_series import serialised
from gateway.cassette.text_writing import document, series_files, told
from gateway.errors import CassetteError

__all__ = ["FORMAT", "HEADER_FILE", "documents", "from_files", "read_header", "to_files"]

KIND = "evs-gateway cassette"
SPECIFICATION = "EVS API Reference, issue 01, 2020-09-20"


def to_files(exchanges: Iterable[Exchange], name: str, max_age_days: float | None = None) -> dict[str, bytes]:
    """Return the files of a cassette by name: the header, the series, the blobs."""
    recording = aliased(exchanges)
    base = _start(recording)
    series = serialised(told(exchange, base) for exchange in recording)
    texts = series_files(series)
    doubtful = literals(texts)
    header = {
        "kind": KIND,
        "format": FORMAT,
        "name": name,
        "specification": SPECIFICATION,
        "redaction": RULE_SET,
        "counts": {
            "exchanges": len(recording),
            "segments": sum(len(each.runs) for each in series),
            "aliases": counted_aliases(texts),
        },
        "recorded_at": _in_words(base) if recording else None,
        **({"max_age_days": max_age_days} if max_age_days is not None else {}),
        **({"literals": doubtful} if doubtful else {}),
    }
    return {HEADER_FILE: dumped(header), **texts}


def from_files(files: Mapping[str, bytes]) -> list[Exchange]:
    """Return the exchanges in the order in which they were complete, where that is equal by the numbers of their files.

    Errors: CassetteError that names file and member for whatever is not of the format.
    """
    header, files = _opened(files)
    check_placeholders(files, header.literals)
    blobs = {name: content for name, content in files.items() if is_blob(name)}
    base = _moment(header.recorded_at)
    names = sorted(filter(is_exchange_file, files), key=_number)
    exchanges = in_order(each for name in names for each in exchanges_of(name, files[name], blobs, base))
    if len(exchanges) != header.counts.exchanges:
        raise CassetteError(
            f"{HEADER_FILE}: counts.exchanges: says {header.counts.exchanges}, but {len(exchanges)} are there; "
            "bring back what is missing, or correct the number"
        )
    return exchanges


def read_header(files: Mapping[str, bytes]) -> HeaderForm:
    """Return the header of a cassette, that of an older format brought over.

    Errors: CassetteError as `from_files` has them.
    """
    return _opened(files)[0]


def documents(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    """Return a document for each exchange, as it stands in a file when nothing was repeated: for comparisons."""
    recording = aliased(exchanges)
    base = _start(recording)
    return [json.loads(dumped(document(told(exchange, base)))) for exchange in recording]


def _start(recording: list[Exchange]) -> float:
    return min((exchange.started_at for exchange in recording), default=0.0)


def _opened(files: Mapping[str, bytes]) -> tuple[HeaderForm, Mapping[str, bytes]]:
    if HEADER_FILE not in files:
        raise CassetteError(f"{HEADER_FILE}: is missing; expected the header of a text cassette")
    found = migrated(files, parsed(FormatForm, HEADER_FILE, files[HEADER_FILE]).format)
    return parsed(HeaderForm, HEADER_FILE, found[HEADER_FILE]), found


def _number(name: str) -> tuple[int, str]:
    return int(name.partition("-")[0]), name


def _in_words(base: float) -> str:
    return datetime.fromtimestamp(math.floor(base), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(recorded_at: str | None) -> float:
    if recorded_at is None:
        return 0.0
    try:
        return datetime.strptime(recorded_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise CassetteError(f"{HEADER_FILE}: recorded_at: {error}") from error

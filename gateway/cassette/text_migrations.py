"""Older formats of the text form, brought over one number at a time; what is newer is refused.

1: a file for each exchange, and a header that counts these. 2: series, blobs, counts of more, the set of rules that
secrets were removed by, words that look like aliases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.cassette.text_blobs import dumped
from gateway.errors import CassetteError

HEADER_FILE = "cassette.json"
FORMAT = 2
_EXCHANGE_FILE = re.compile(r"[0-9]+-[^/]*\.json")
LOOKS_LIKE_ALIAS = re.compile(rb"<[A-Za-z_-]+:[0-9]+>")

Files = Mapping[str, bytes]


def is_exchange_file(name: str) -> bool:
    """True for the name of a file that holds exchanges."""
    return _EXCHANGE_FILE.fullmatch(name) is not None


def migrated(files: Files, number: int) -> Files:
    """Return the files of a format in today's.

    Errors: CassetteError for a format nobody here knows.
    """
    if number != FORMAT and number not in MIGRATIONS:
        raise CassetteError(
            f"{HEADER_FILE}: format: {number} is unknown, this version reads {min(MIGRATIONS)} to {FORMAT}; read it "
            "with the evs-gateway that wrote it: `evs-gateway cassette export X.cassette X.cassette` brings a cassette "
            "to the format of the version that runs it"
        )
    for step in range(number, FORMAT):
        files = MIGRATIONS[step](files)
    return files


def _from_1(files: Files) -> Files:
    header = json.loads(files[HEADER_FILE])
    texts = {name: text for name, text in files.items() if is_exchange_file(name)}
    words = {word.decode() for text in texts.values() for word in LOOKS_LIKE_ALIAS.findall(text)}
    newer = {
        **{name: value for name, value in header.items() if name != "exchanges"},
        "format": 2,
        "redaction": "unknown",
        "counts": {"exchanges": header.get("exchanges")},
        "literals": sorted(words),
    }
    return {**files, HEADER_FILE: dumped(newer)}


# From each older format to the one after it.
MIGRATIONS: Mapping[int, Callable[[Files], Files]] = MappingProxyType({1: _from_1})

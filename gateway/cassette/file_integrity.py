"""Whether the files of a text cassette are those whose hashes stand beside them.

The hashes are plain, in the form of `sha256sum`, because anybody shall be able to check them, and edits by hand are
normal. So they tell what was edited since the last recording or seal, not who may have edited it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.cassette.integrity import Faults, Integrity, State, Verdict
from gateway.errors import CassetteError

SUMS_FILE = "cassette.sums"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def sums_of(text: str) -> dict[str, str]:
    """Return the hashes of files by their names.

    Errors: CassetteError for a line that `sha256sum` would not have written.
    """
    lines = [(number, _LINE.fullmatch(line)) for number, line in enumerate(text.splitlines(), 1)]
    wrong = next((number for number, line in lines if line is None), None)
    if wrong is not None:
        raise CassetteError(f"{SUMS_FILE}: line {wrong}: expected a SHA-256, two spaces and the name of a file")
    return {line[2]: line[1] for _, line in lines if line is not None}


def written_sums(hashes: Mapping[str, str]) -> bytes:
    """Return the text of hashes by name, as `sha256sum` writes and checks it."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def judge_files(hashes: Mapping[str, str], sums: Mapping[str, str]) -> Integrity:
    """Return the verdicts on files, by the hashes they have and those they should have."""
    edited, moved, other = Faults(), Faults(), Faults()
    gone = {name: digest for name, digest in sums.items() if name not in hashes}
    added = {name: digest for name, digest in hashes.items() if name not in sums}
    places = {digest: name for name, digest in added.items()}
    for name in sorted(hashes.keys() & sums.keys()):
        if hashes[name] != sums[name]:
            edited.add(name, "was edited")
    for name, digest in sorted(gone.items()):
        place = places.pop(digest, None)
        if place is None:
            other.add(name, "is missing")
        else:
            moved.add(name, f"stands as {place}")
            del added[place]
    for name in sorted(added):
        other.add(name, "was added")
    return Integrity(
        edited.verdict("every file is as it was written or sealed", "files were edited and not sealed"),
        moved.verdict("the files have the names they were written under", "files were renamed"),
        other.verdict(f"all {len(sums)} files are there", "files are missing or were added"),
    )


def unsummed() -> Integrity:
    """Return the verdicts on files without hashes."""
    untold = Verdict(State.UNKNOWN, f"cannot be told: {SUMS_FILE} is not there; `cassette seal` makes it")
    return Integrity(untold, untold, untold)

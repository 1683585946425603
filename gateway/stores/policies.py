"""A policy folder on disk: reads the set file, the documents it lists, and the other JSON files beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gateway.access.cases import Case, read_cases
from gateway.access.folder import Folder, read_policy_set
from gateway.access.nodes import MAX_BYTES
from gateway.access.policy_set import PolicySet
from gateway.access.set_file import SET_FILE, read_set_file
from gateway.errors import PolicyError

TESTS = "tests"


def load_policies(folder: Path) -> PolicySet:
    """Return the policy set of a folder. Errors: PolicyError with file, line and column."""
    return read_policy_set(read_folder(folder))


def read_folder(folder: Path) -> Folder:
    """Return the files of a policy folder. Errors: PolicyError when there is none, or its set file cannot be read."""
    if not folder.is_dir():
        raise PolicyError(f"{folder}: no such policy folder; expected a folder with {SET_FILE}")
    label = f"{folder}/"
    set_text = _bytes(folder, SET_FILE)
    if set_text is None:
        raise PolicyError(f"{label}{SET_FILE}: missing or unreadable; a policy folder needs one")
    listed = {entry.file for entry in read_set_file(set_text, f"{label}{SET_FILE}").entries}
    return Folder(
        set_text,
        dict(_read(folder, listed)),
        dict(_read(folder, set(_json_files(folder)) - listed)),
        label=label,
    )


def _json_files(folder: Path) -> Iterator[str]:
    """Yield the JSON files in a folder and below. What vanishes meanwhile is not there."""
    for below, _, names in os.walk(folder):
        paths = (Path(below, name) for name in names if name.endswith(".json"))
        yield from (path.relative_to(folder).as_posix() for path in paths if path.is_file())


def _read(folder: Path, names: set[str]) -> Iterator[tuple[str, bytes]]:
    for name in sorted(names):
        text = _bytes(folder, name)
        if text is not None:
            yield name, text


def _bytes(folder: Path, name: str) -> bytes | None:
    """Return the bytes of a file in the folder, one more than may be read of a long one; None for a file that is not
    there, cannot be read, or lies outside, wherever a link leads."""
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError):  # a link that leads to itself is a RuntimeError to pathlib before Python 3.13
        return None


def read_cases_of(folder: Path, now: float, files: tuple[Path, ...] = ()) -> list[Case]:
    """Return the test cases of some files, or without any, of the folder's `tests`. Errors: PolicyError."""
    chosen = files or tuple(sorted((folder / TESTS).glob("*.yaml")))
    return [case for file in chosen for case in _cases(file, now)]


def _cases(file: Path, now: float) -> list[Case]:
    try:
        text = file.read_bytes()
    except OSError as error:
        raise PolicyError(f"{file}: {error.strerror}; expected a file of test cases") from error
    return read_cases(text, str(file), now)

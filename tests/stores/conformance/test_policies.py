"""A policy folder, where it lies and where the shared store has put it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.access.folder import Folder
from gateway.access.set_file import SET_FILE
from gateway.stores.policies import load_policies, read_folder
from gateway.stores.postgres.policies import Publications, publish
from tests.cli.policy.running import folder

from .conftest import BOTH

Seen = Callable[[Path], Path]
"""Gives a folder to the gateways, and returns the one that a gateway reads."""


@pytest.fixture(params=BOTH)
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seen]:
    if request.param == "sqlite":
        yield lambda given: given
        return
    store, target = request.getfixturevalue("store"), tmp_path / "drawn"
    with ExitStack() as stack:
        source = Publications(store, target)
        stack.callback(source.close)

        def drawn(given: Path) -> Path:
            number = publish(store, read_folder(given))
            while source.next(10) < number:
                pass
            return target

        yield drawn


def files(given: Path) -> dict[str, bytes]:
    read: Folder = read_folder(given)
    return {SET_FILE: read.set_text, **read.documents, **read.unlisted}


def test_every_file_is_the_same_whatever_is_in_it(seen: Seen, tmp_path: Path) -> None:
    given = folder(tmp_path / "policies")
    (given / "sub").mkdir()
    (given / "sub" / "é.json").write_text('{"é": "\\u0000\\ud800 \u2028"}\r\n\n')
    (given / "empty.json").write_bytes(b"")
    there = seen(given)
    assert files(there) == files(given)
    assert load_policies(there).digest == load_policies(given).digest


def test_what_is_changed_and_taken_away_is_so_for_the_next_look(seen: Seen, tmp_path: Path) -> None:
    given = folder(tmp_path / "policies")
    (given / "more.json").write_text("{}")
    first = load_policies(seen(given)).digest
    (folder(given, deny="report") / "more.json").unlink()
    there = seen(given)
    assert files(there) == files(given)
    assert load_policies(there).digest == load_policies(given).digest != first

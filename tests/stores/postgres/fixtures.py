"""One server for all tests of the shared store that one process runs, and a database of its own for each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.stores.postgres.cluster import BINARIES, Cluster

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if not BINARIES and not os.environ.get("CI"):
        pytest.skip("needs Debian's PostgreSQL: apt-get install postgresql")
    assert BINARIES, "CI installs PostgreSQL itself: see .ci/run"
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        server = Cluster(Path(folder))
        yield server
        server.stop("immediate")


@pytest.fixture
def store(cluster: Cluster) -> str:
    return cluster.database(f"evs{next(_NUMBERS)}")

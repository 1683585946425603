"""Nothing is kept of what went through the forward door."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from gateway.http.messages import Request

from .forwarding import Wire, two_doors

pytest.importorskip("mitmproxy")

HOST = b"evs.example.com"
# TEST_FLOWS=20000 takes a minute.
FLOWS = int(os.environ.get("TEST_FLOWS", "2000"))
WARM = 500
GROWTH_BYTES = 8 * 1024 * 1024
KEPT = frozenset({"HTTPFlow", "HttpStream", "Client"})


def resident() -> int:
    """Return the memory of this process, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def living() -> Counter[str]:
    """Return how many of mitmproxy's objects for single requests and connections are alive."""
    gc.collect()
    return Counter(kind for each in gc.get_objects() if (kind := type(each).__name__) in KEPT)


def test_memory_stays_as_it_is(tmp_path: Path) -> None:
    request = Request("GET", b"/v2", ((b"host", HOST),))
    listed = {"hosts": (HOST.decode(),)}
    with two_doors(tmp_path, None, time.time, cassette={"mode": "simulate"}, forward=listed) as doors:
        one = Wire.through(doors, f"{HOST.decode()}:443")
        statuses = Counter(one.ask(request).status for _ in range(WARM))
        before = resident()
        statuses += Counter(one.ask(request).status for _ in range(FLOWS))
        after, alive = resident(), living()
        one.close()
    assert statuses == {200: WARM + FLOWS}
    assert after - before < GROWTH_BYTES
    assert alive["HTTPFlow"] <= 2
    assert alive["HttpStream"] <= 2

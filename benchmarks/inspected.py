"""A gateway as a pinned process that serves its page, over an audit trail that is there already."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.failures import CannotMeasureError
from benchmarks.peers import environment
from benchmarks.processes import Child, running

_START_TIMEOUT_S = 120
PORTS = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A running gateway: HOST:PORT of its public side and of its admin side."""

    public: str
    admin: str
    child: Child


@contextmanager
def serving(folder: Path, trail: Path, upstream: str, core: int) -> Iterator[Inspected]:
    """Run a gateway in pass-through with its data in a folder and its trail in another, until the block ends."""
    command = [sys.executable, "-m", "gateway", "serve", "--mode", "passthrough", "--upstream", upstream, *PORTS]
    around = {**environment(), "EVS_GATEWAY_DATA": str(folder / "data"), "EVS_GATEWAY_AUDIT__PATH": str(trail)}
    log = folder / "gateway.log"
    with running(command, core, log, folder, around) as child:
        ready = _ready(child)
        yield Inspected(urlsplit(ready["public"]).netloc, urlsplit(ready["admin"]).netloc, child)


def _ready(child: Child) -> dict[str, str]:
    """Return the ready line. Errors: CannotMeasureError when it does not come."""
    give_up = time.monotonic() + _START_TIMEOUT_S
    while child.alive and time.monotonic() < give_up:
        for line in child.log.read_text(errors="replace").splitlines():
            if '"event": "ready"' in line and line.endswith("}"):
                return dict(json.loads(line))
        time.sleep(0.05)
    raise CannotMeasureError(f"the gateway is not ready, {child.state}: {child.last_words()}")

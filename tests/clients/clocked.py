"""Runs a replaying gateway that goes by a clock in a file: `python -m tests.clients.clocked clocked CLOCK CASSETTE N`.

It has N scopes with listeners of their own, and else is what `serve` runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gateway.fronts.gateway import run
from gateway.session import settled
from gateway.settings import CassetteSettings, ListenSettings, ScopeSettings, Settings

from .clocks import SharedClock

if __name__ == "__main__":
    clock, cassette, scopes = sys.argv[2:]
    settings = Settings(
        data=Path(cassette).parent / "data",
        listen=ListenSettings(public="127.0.0.1:0", admin="127.0.0.1:0"),
        cassette=CassetteSettings(path=Path(cassette), mode="replay"),
        scopes=ScopeSettings(count=int(scopes)),
    )
    run(settled(settings), lambda line: print(json.dumps(line), flush=True), SharedClock(Path(clock)))

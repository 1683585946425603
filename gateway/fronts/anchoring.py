"""Where anchors are said: to the log, on stdout, to syslog, or into a file that somebody else keeps.

One JSON object a line with the member `anchor`, whatever the way. Whoever collects these lines elsewhere can tell later
that a trail was cut or written anew.
"""

from __future__ import annotations

import json
import logging
import sys
import syslog
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from gateway.audit.anchors import Anchor

log = logging.getLogger(__name__)

EVENT = "audit anchor"

Tell = Callable[[Anchor], None]


def teller(place: str) -> Tell:
    """Return what says anchors at a place: `log`, `stdout`, `syslog`, or else the path of a file. What cannot be said
    there is in the log: the trail goes on."""
    say = _TELLERS.get(place) or partial(_into, Path(place))

    def tell(anchor: Anchor) -> None:
        try:
            say(anchor)
        except (OSError, ValueError) as error:
            log.error("audit: an anchor is not said", extra={"fields": {"place": place, "reason": str(error)}})

    return tell


def _to_log(anchor: Anchor) -> None:
    log.info(EVENT, extra={"fields": {"anchor": anchor.as_json()}})


def _to_stdout(anchor: Anchor) -> None:
    sys.stdout.write(f"{_line(anchor)}\n")
    sys.stdout.flush()


def _to_syslog(anchor: Anchor) -> None:
    syslog.syslog(syslog.LOG_NOTICE | syslog.LOG_AUTH, _line(anchor))


def _into(path: Path, anchor: Anchor) -> None:
    """Append to a file. It is opened each time, for others may have moved it away."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{_line(anchor)}\n")


def _line(anchor: Anchor) -> str:
    return json.dumps({"event": EVENT, "anchor": anchor.as_json()})


_TELLERS: Mapping[str, Tell] = {"log": _to_log, "stdout": _to_stdout, "syslog": _to_syslog}

"""Tells whoever supervises this process that it is ready. Without a supervisor nobody is told.

Source: sd_notify(3).
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)


def say_ready(environment: Mapping[str, str] = os.environ) -> None:
    """Say it to the socket of the supervisor, if there is one; `@` begins a name that is in no file system."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
        try:
            notifying.sendto(b"READY=1", "\0" + address[1:] if address.startswith("@") else address)
        except OSError as error:
            log.warning("the supervisor was not told", extra={"fields": {"reason": str(error)}})

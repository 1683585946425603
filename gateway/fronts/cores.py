"""No image of this process on any disk: its memory holds tokens and keys while it serves.

A core file is written by the kernel, past every redaction. So there is none, neither as a file nor for a program that
the machine has for them; and no other process of the same user may look into this one.
Source: core(5), prctl(2), PR_SET_DUMPABLE.
"""

from __future__ import annotations

import ctypes
import logging
import resource

log = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4


def leave_no_core() -> None:
    """Keep the kernel from writing this process's memory anywhere, and its children's. What a system cannot do is said
    in the log."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None or prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        log.warning("this system cannot keep the memory of a process to itself")

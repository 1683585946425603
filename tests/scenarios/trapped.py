"""Runs the gateway's command line in a process that dies when it connects to anything: the kernel watches.

`python -m tests.scenarios.trapped ARGUMENTS` is `evs-gateway ARGUMENTS` behind a seccomp filter that kills the process
at its first connect(2), whoever makes it: Python, libuv or the resolver of the C library.
Source: seccomp(2), prctl(2); numbers of the system calls from asm/unistd.h.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

CONNECT = {"x86_64": 42, "aarch64": 203}
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def set_trap() -> None:
    """Let this process die when it connects. Errors: OSError where the kernel takes no filter."""
    steps = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (_LOAD_WORD, 0, 0, 0),
            (_JUMP_IF_EQUAL, 0, 1, CONNECT[platform.machine()]),
            (_RETURN, 0, 0, _KILL_PROCESS),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    program = _Program(len(steps) // 8, steps)
    kernel = ctypes.CDLL(None, use_errno=True)
    for call in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))):
        if kernel.prctl(*call, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


if __name__ == "__main__":
    from gateway.cli import main

    set_trap()
    sys.argv[0] = "evs-gateway"
    main()

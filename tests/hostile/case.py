"""One row of the corpus: bytes, what must come back, and why."""

from __future__ import annotations

from dataclasses import dataclass

HOST = b"Host: gw.example:8776"
SMUGGLED = b"GET /v2/smuggled HTTP/1.1\r\n" + HOST + b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`said` goes over the wire at once. `answers` are the statuses that must come back, in order; as many of them as
    are 200 were forwarded, and must have reached the upstream as `forwards` says, byte for byte, and nothing else."""

    why: str
    said: bytes
    answers: tuple[int, ...]
    forwards: tuple[bytes, ...] = ()


def request(method: bytes, target: bytes, *lines: bytes, body: bytes = b"") -> bytes:
    """Return a request whose lines are written as they are given; a body brings its length, unless a line does."""
    framed = b"".join(lines).lower()
    if body and b"content-length" not in framed and b"transfer-encoding" not in framed:
        lines = (*lines, b"Content-Length: %d" % len(body))
    return b"\r\n".join((method + b" " + target + b" HTTP/1.1", HOST, *lines, b"", body))


def refused(status: int, why: str, said: bytes) -> Case:
    return Case(why, said, (status,))


def passed(why: str, said: bytes, as_if: bytes | None = None) -> Case:
    """Return a case that is forwarded as it is said, or as if something else had been said."""
    return Case(why, said, (200,), (said if as_if is None else as_if,))

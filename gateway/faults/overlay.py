"""Which request a declared fault happens to. Pure but for its counters: no clock, no chance.

Each fault counts the requests it is for by itself, in each scope from the start. Whether the n-th has it follows from
seed, name and n alone, so two runs with the same requests have the same faults, and parallel tests each their own.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from gateway.faults.declared import ANY, FaultSettings, LogNormal

FAULT_HEADER = b"x-evs-gateway-fault"
# Scopes whose counters are kept; the one longest silent is forgotten first.
REMEMBERED_SCOPES = 4096


@dataclass(frozen=True, slots=True)
class Faulty:
    """An error in the place of an answer. What is None is what the reference says for the status."""

    status: int
    code: str | None = None
    message: str | None = None
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer: the connection is closed, or reset."""

    is_reset: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """The body ends after some bytes, whatever its announced length."""

    after_bytes: int


@dataclass(frozen=True, slots=True)
class Dripping:
    """The body comes in pieces, each after a pause."""

    pause_s: float


Ending = Faulty | Broken | Cut | Dripping


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happens to one request, by the names of its faults: a delay of the answer, and how it ends otherwise than
    well."""

    names: tuple[str, ...]
    delay_s: float = 0.0
    ending: Ending | None = None

    @property
    def hides_service(self) -> bool:
        """True when neither cloud nor cassette is asked: the client gets nothing of theirs."""
        return isinstance(self.ending, Faulty | Broken)

    @property
    def loses_answer(self) -> bool:
        """True when the client does not get the answer whole, and will ask again."""
        return isinstance(self.ending, Faulty | Broken | Cut)

    @property
    def header(self) -> tuple[bytes, bytes]:
        return FAULT_HEADER, ", ".join(self.names).encode()


def _with_status(fault: FaultSettings) -> Ending:
    assert fault.status is not None, "the kind says so"
    return Faulty(fault.status, fault.code, fault.message)


def _rate_limited(fault: FaultSettings) -> Ending:
    assert fault.rate_limited is not None, "the kind says so"
    return Faulty(429, retry_after_s=fault.rate_limited.retry_after_s)


_ENDINGS: Mapping[str, Callable[[FaultSettings], Ending]] = {
    "status": _with_status,
    "rate_limited": _rate_limited,
    "reset": lambda _: Broken(is_reset=True),
    "empty": lambda _: Broken(is_reset=False),
    "cut": lambda fault: Cut(fault.cut or 0),
    "drip_ms": lambda fault: Dripping((fault.drip_ms or 0) / 1000),
}


@dataclass(slots=True)
class _Count:
    """How many requests a fault was for, and how many had it."""

    met: int = 0
    had: int = 0


@dataclass(frozen=True, slots=True)
class _Fault:
    """A declared fault under the name it goes by."""

    name: str
    declared: FaultSettings

    def covers(self, operation: str, method: str) -> bool:
        declared = self.declared
        return declared.operation in (ANY, operation) and declared.method in (None, method)

    def strikes(self, count: _Count) -> bool:
        """Count a request and say whether it has this fault."""
        declared = self.declared
        count.met += 1
        if count.met <= declared.after or (declared.count is not None and count.had >= declared.count):
            return False
        strikes = self._draw("strike", count.met) < declared.probability
        count.had += strikes
        return strikes

    def delay_s(self, number: int) -> float:
        """Return for how long the n-th request waits; 0 for a fault of another kind."""
        match self.declared.latency_ms:
            case None:
                return 0.0
            case LogNormal(median=median, sigma=sigma):
                # Half a step off the ends, where the normal distribution has no value.
                drawn = NormalDist().inv_cdf(self._draw("latency", number) * (1 - 2**-52) + 2**-53)
                return min(median * math.exp(sigma * drawn), 600_000.0) / 1000
            case (shortest, longest):
                return (shortest + (longest - shortest) * self._draw("latency", number)) / 1000
            case fixed:
                return fixed / 1000

    def ending(self) -> Ending | None:
        made = _ENDINGS.get(self.declared.kind)
        return made(self.declared) if made is not None else None

    def _draw(self, what: str, number: int) -> float:
        """Return a number from 0 up to 1 that looks like chance."""
        text = f"{self.declared.seed}\0{self.name}\0{what}\0{number}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


class Overlay:
    """The faults of one gateway, with their counters by scope."""

    def __init__(self, faults: Iterable[FaultSettings]) -> None:
        self._faults = tuple(_Fault(each.name or f"fault-{at}", each) for at, each in enumerate(faults, 1))
        self._counts: dict[str, tuple[_Count, ...]] = {}

    def met(self, scope: str, operation: str, method: str) -> Mishap | None:
        """Count a request and return what happens to it. Delays add up; of several endings the first is had."""
        struck = [
            (fault, count)
            for fault, count in zip(self._faults, self._of(scope), strict=True)
            if fault.covers(operation, method) and fault.strikes(count)
        ]
        if not struck:
            return None
        ending = next((found for fault, _ in struck if (found := fault.ending()) is not None), None)
        delay_s = sum(fault.delay_s(count.met) for fault, count in struck)
        return Mishap(tuple(fault.name for fault, _ in struck), delay_s, ending)

    def forget(self, scope: str) -> None:
        """Count anew in a scope."""
        self._counts.pop(scope, None)

    def _of(self, scope: str) -> tuple[_Count, ...]:
        counts = self._counts.pop(scope, None) or tuple(_Count() for _ in self._faults)
        self._counts[scope] = counts
        if len(self._counts) > REMEMBERED_SCOPES:
            del self._counts[next(iter(self._counts))]
        return counts

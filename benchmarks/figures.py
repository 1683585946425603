"""The arithmetic of a report: medians, ranges and ratios. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Sample

Quantity = Callable[[Sample], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of some rounds, with the lowest and the highest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """The samples of one server with one workload, in order of rounds."""

    samples: tuple[Sample, ...]

    @property
    def errors(self) -> int:
        return sum(sample.errors for sample in self.samples)

    @property
    def sound(self) -> bool:
        """Say whether it may stand in a ratio: it was measured, and nothing went wrong."""
        return bool(self.samples) and self.errors == 0

    def figure(self, quantity: Quantity) -> Figure:
        return figure([quantity(sample) for sample in self.samples])


def figure(values: Sequence[float]) -> Figure:
    return Figure(median(values), min(values), max(values))


def ratio(over: Series, under: Series, quantity: Quantity) -> float | None:
    """Return the quotient of the medians, or None when either series is not sound or there is nothing to divide by."""
    if not (over.sound and under.sound):
        return None
    divisor = under.figure(quantity).median
    return over.figure(quantity).median / divisor if divisor else None


def added(series: Series, direct: Series, quantity: Quantity) -> Figure | None:
    """Return what a server adds to the origin reached directly, round by round, or None when either is not sound."""
    if not (series.sound and direct.sound):
        return None
    pairs = zip(series.samples, direct.samples, strict=True)
    return figure([quantity(sample) - quantity(straight) for sample, straight in pairs])


def rounded(value: float) -> str:
    """Return a number with about three significant figures."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 or size == 0 else f"{value:.3f}"

"""Graphs as SVG: lines over time, for who has no script. All texts are escaped, whatever stands in them.

No style stands in the markup, only classes: what they look like is the matter of the style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite, log10, pow

from markupsafe import Markup

from gateway.inspector.charts import Chart

WIDTH, HEIGHT = 720, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 10, 24
_LINES = 4
_LABELS = 5
_NICE = (1, 2, 2.5, 5, 10)

Number = int | float
_FRAME = Markup(
    '<svg class="graph" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    "<title>{label}</title>{inside}</svg>"
)
_LEVEL = Markup(
    '<line class="grid" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>'
    '<text class="tick" x="{at}" y="{below}" text-anchor="end">{said}</text>'
)
_MOMENT = Markup('<text class="tick" x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>')
_PATH = Markup('<path class="line {name}" d="{d}" fill="none"/>')


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a graph: the class that colours it, what it is called, and its values; None is a gap."""

    name: str
    label: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Lines that share their scale. `times` are seconds since the epoch; `unit` is what the values are."""

    name: str
    title: str
    unit: str
    times: tuple[Number, ...]
    lines: tuple[Line, ...]

    @property
    def svg(self) -> Markup:
        """The graph, drawn."""
        top = nice_top(value for line in self.lines for value in line.values if value is not None)
        across, up = _scale(self.times, _LEFT, WIDTH - _RIGHT), _along((0, top), HEIGHT - _BOTTOM, _TOP)
        inside = Markup("").join(
            (
                *_levels(top, up),
                *_moments(self.times, across),
                *(_drawn(each, self.times, across, up) for each in self.lines),
            )
        )
        return _FRAME.format(width=WIDTH, height=HEIGHT, label=f"{self.title} ({self.unit})", inside=inside)


def graphs_of(chart: Chart) -> tuple[Graph, ...]:
    """Return the graphs of a chart: how many requests, how many went wrong, and how long they took."""
    times = tuple(point.minute * 60 for point in chart.points)
    said = chart.as_json()

    def line(name: str, label: str) -> Line:
        values = said[name]
        assert isinstance(values, list), "columns are lists"
        return Line(name, label, tuple(value if isinstance(value, int | float) else None for value in values))

    step = span_in_words(chart.times.step)
    return (
        Graph("requests", "Requests", f"per {step}", times, (line("requests", "requests"),)),
        Graph(
            "troubles",
            "Denied, invalid and failed requests",
            f"per {step}",
            times,
            (line("denied", "denied"), line("invalid", "invalid"), line("errors", "errors")),
        ),
        Graph(
            "latency", "Time that requests took", "ms, at most", times, (line("p50_ms", "p50"), line("p95_ms", "p95"))
        ),
    )


def span_in_words(minutes: int) -> str:
    """Return a span of time as people say it."""
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            return name if minutes == size else f"{minutes // size} {name}s"
    return "minute" if minutes == 1 else f"{minutes} minutes"


def nice_top(values: Iterable[Number]) -> float:
    """Return a round number that none of the values exceeds, at least 1."""
    most = max((value for value in values if isfinite(value)), default=0)
    if most <= 1:
        return 1
    size = pow(10, int(log10(most)))
    return next(size * factor for factor in (*_NICE, 20) if size * factor >= most)


def _scale(times: Sequence[Number], begin: float, end: float) -> Callable[[float], float]:
    return _along((times[0], times[-1]) if times else (0, 1), begin, end)


def _along(ends: tuple[Number, Number], begin: float, end: float) -> Callable[[float], float]:
    """Return where between two places a value stands."""
    low, width = ends[0], (ends[1] - ends[0]) or 1
    return lambda value: round(begin + (value - low) / width * (end - begin), 1)


def _levels(top: float, up: Callable[[float], float]) -> Iterator[Markup]:
    for number in range(_LINES + 1):
        value = top * number / _LINES
        y = up(value)
        yield _LEVEL.format(x1=_LEFT, x2=WIDTH - _RIGHT, y=y, at=_LEFT - 6, below=y + 4, said=f"{value:,.12g}")


def _moments(times: Sequence[Number], across: Callable[[float], float]) -> Iterator[Markup]:
    if not times:
        return
    is_long = times[-1] - times[0] > 2 * 86_400
    wanted = sorted({round(number * (len(times) - 1) / (_LABELS - 1)) for number in range(_LABELS)})
    for number in wanted:
        anchor = "start" if number == 0 else "end" if number == len(times) - 1 else "middle"
        yield _MOMENT.format(x=across(times[number]), y=HEIGHT - 6, anchor=anchor, said=_moment(times[number], is_long))


def _moment(at_s: Number, is_long: bool) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d" if is_long else "%m-%d %H:%M")


def _drawn(
    line: Line, times: Sequence[Number], across: Callable[[float], float], up: Callable[[float], float]
) -> Markup:
    return _PATH.format(name=line.name, d=" ".join(_steps(line, times, across, up)))


def _steps(
    line: Line, times: Sequence[Number], across: Callable[[float], float], up: Callable[[float], float]
) -> Iterator[str]:
    """Yield a path that lifts the pen at gaps. A point alone is a dot."""
    is_down = False
    for at, value in zip(times, line.values, strict=True):
        if value is not None:
            yield f"{'L' if is_down else 'M'}{across(at)} {up(value)}" + ("" if is_down else "h0.1")
        is_down = value is not None

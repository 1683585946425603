"""The segments of a cassette on a time line, as SVG: a lane for each request, a bar for each run of equal answers."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from gateway.audit.telling import moment
from gateway.audit.words import plain
from gateway.inspector.tapes import Lane, Segment, Tape

WIDTH, LANE, AXIS = 960, 30, 22
_RIGHT = 8
_LEAST = 2.0
_FRAME = Markup(
    '<svg class="timeline" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    "<title>{label}</title>{inside}</svg>"
)
_LABEL = Markup('<text class="lane" x="0" y="{y}">{said}</text>')
_BAR = Markup('<rect class="segment {tone}" x="{x}" y="{y}" width="{width}" height="10"><title>{said}</title></rect>')
_MOMENT = Markup('<text class="tick" x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>')


def timeline(tape: Tape) -> Markup:
    """Return the time line of a cassette."""
    height = AXIS + LANE * len(tape.lanes)
    inside = Markup("").join(
        (*_moments(tape), *(part for at, lane in enumerate(tape.lanes) for part in _lane(at, lane, tape)))
    )
    label = f"Segments of {len(tape.lanes)} requests over {tape.ended_s - tape.begun_s:.1f} s"
    return _FRAME.format(width=WIDTH, height=height, label=label, inside=inside)


def _moments(tape: Tape) -> Iterator[Markup]:
    for at_s, x, anchor in ((tape.begun_s, 0, "start"), (tape.ended_s, WIDTH, "end")):
        yield _MOMENT.format(x=x, y=AXIS - 8, anchor=anchor, said=moment(at_s * 1000))


def _lane(at: int, lane: Lane, tape: Tape) -> Iterator[Markup]:
    top = AXIS + at * LANE
    yield _LABEL.format(y=top + 11, said=plain(lane.label))
    yield from (_bar(segment, top + 15, tape) for segment in lane.segments)


def _bar(segment: Segment, y: int, tape: Tape) -> Markup:
    length = (tape.ended_s - tape.begun_s) or 1.0
    scale = (WIDTH - _RIGHT) / length
    x = (segment.began_s - tape.begun_s) * scale
    width = max(_LEAST, (segment.ended_s - segment.began_s) * scale)
    times = "once" if segment.answers == 1 else f"{segment.answers} times"
    said = f"{segment.status}, {times}, from {segment.began_s - tape.begun_s:.1f} s on"
    return _BAR.format(tone=segment.tone, x=round(x, 1), y=y, width=round(width, 1), said=said)

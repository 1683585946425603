"""Trails for tests: chains of records, as lines with places."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.audit.anchors import Anchor, Signer
from gateway.audit.chain import Head, linked
from gateway.audit.verification import ANCHOR, Line

CHAIN = "gw-1"
SIGNER = Signer(bytes(range(32)))
OTHER_SIGNER = Signer(bytes(32))


def trail(count: int, signer: Signer = SIGNER, anchored: Iterable[int] = ()) -> tuple[list[bytes], list[Anchor]]:
    """Return the lines of a chain of `count` records, with an anchor behind those of `anchored`, and the anchors."""
    head, lines, anchors = Head(), [], []
    for number in range(count):
        link = linked(CHAIN, head, {"stage": "complete", "id": f"req-{number}"})
        head = link.head
        lines.append(link.line)
        if head.seq in anchored:
            anchors.append(signer.anchor(CHAIN, head, 1_000 + number))
            link = linked(CHAIN, head, {"stage": ANCHOR, ANCHOR: anchors[-1].as_json()})
            head = link.head
            lines.append(link.line)
    return lines, anchors


def placed(lines: Iterable[bytes]) -> list[Line]:
    return [Line(f"trail:{number}", line) for number, line in enumerate(lines, 1)]

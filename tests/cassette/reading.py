"""Reading a recording as an index does, for the tests of what it finds out."""

from gateway.cassette.exchange import Exchange
from gateway.cassette.indexing import Findings, Placed, Reader
from gateway.contract.catalogue import CATALOGUE


def read(recording: list[Exchange]) -> tuple[Findings, list[Placed]]:
    """Return the settled findings of a recording, and its exchanges as read."""
    findings = Findings()
    for exchange in recording:
        findings.reserve(exchange)
    reader = Reader(CATALOGUE, findings, 0.0)
    placed = [reader.read(at, exchange) for at, exchange in enumerate(recording)]
    findings.settle()
    return findings, placed

"""Two ways in, one behaviour: whatever bytes a client says, the public listener's own protocol answers, asks, records
and ends as the way through ASGI does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.fronts.core import Core
from gateway.http.links import Links
from gateway.http.messages import Request
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Service
from tests.hostile.case import request
from tests.hostile.corpus import CORPUS

from .wires import Echo, Make, Trail, heard, straight, through_asgi

PIPELINE = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()))
CANARY = request(b"GET", b"/v2/canary")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a connection said, how it was then, what the upstream heard and what the trail holds."""

    said: bytes
    end: str
    asked: list[Request]
    records: list[tuple[str, str, bytes, int]]


async def outcome(make: Make, pieces: list[bytes], turns: int = 0, room: int = 1_000_000) -> Outcome:
    cloud, trail = Echo(turns), Trail(room)
    core = Core(PIPELINE, dict.fromkeys(Service, cloud), None, lambda: 1000.0, lambda: "minted", trail=trail)
    said, end = await heard(make, core, pieces)
    return Outcome(said, end, cloud.heard, trail.records)


def outcomes(pieces: list[bytes], turns: int = 0, room: int = 1_000_000) -> tuple[Outcome, Outcome]:
    async def work() -> tuple[Outcome, Outcome]:
        return await outcome(straight, pieces, turns, room), await outcome(through_asgi, pieces, turns, room)

    return asyncio.run(work())


@pytest.mark.parametrize("part", range(8))
def test_the_corpus_goes_either_way(part: int) -> None:
    for case in CORPUS[part::8]:
        ours, theirs = outcomes([case.said, CANARY])
        assert ours == theirs, case.why


PIECES = st.sampled_from([piece for case in CORPUS if len(case.said) < 2000 for piece in case.said.split(b"\r\n")])
METHODS = st.sampled_from([b"GET", b"HEAD", b"POST", b"DELETE", b"PURGE"])
LEGAL = st.builds(
    lambda method, target, lines, body: request(method, target, *lines, body=body),
    METHODS,
    st.sampled_from([b"/v2/p/x", b"/v2/p/x?a=b", b"/", b"/v2/p/cloudvolumes"]),
    st.lists(
        st.sampled_from([b"Connection: close", b"Expect: 100-continue", b"X-Request-Id: mine", b"Accept: */*"]),
        max_size=2,
    ),
    st.sampled_from([b"", b"{}", b'{"volume": {"size": 10}}']),
)
STREAMS = st.lists(LEGAL | st.lists(PIECES | st.binary(max_size=9), max_size=6).map(b"\r\n".join), max_size=4)


@settings(deadline=None, max_examples=200)
@given(STREAMS.map(b"".join), st.data(), st.integers(0, 3))
def test_any_bytes_go_either_way_however_they_come(stream: bytes, data: st.DataObject, turns: int) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=3)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True) if start < end]
    ours, theirs = outcomes(pieces, turns)
    assert ours == theirs


def test_a_full_trail_is_said_either_way() -> None:
    ours, theirs = outcomes([request(b"GET", b"/v2/p/x"), request(b"POST", b"/v2/p/x", body=b"{}")], room=1)
    assert ours == theirs
    assert b"HTTP/1.1 503 Service Unavailable" in ours.said

"""Two clients, one answer: whatever bytes an upstream says, our own connections hear what aiohttp's parser hears."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.fronts.direct import DirectUpstream
from gateway.fronts.pool import Bounds
from gateway.fronts.upstream import AiohttpUpstream
from gateway.http.messages import Request, Response
from gateway.seams import UpstreamFailure

from .upstreams import HangUp, RawUpstream

BOUND = 64

_STATUS_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 202",
        b"HTTP/1.1 204 No Content",
        b"HTTP/1.1 304 Not Modified",
        b"HTTP/1.1 500 Internal Server Error",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 404 Not Found",
        b"HTTP/1.1 101 Switching Protocols",
        b"HTTP/1.1 999 Denied",
        b"HTTP/3.1 200 OK",
        b"ICY 200 OK",
        b"HTTP/1.1 2x0 OK",
    ]
)
_HEADERS = st.lists(
    st.sampled_from(
        [
            b"Content-Type: application/json",
            b"X-Request-Id: req-1",
            b"Connection: close",
            b"Connection: Keep-Alive",
            b"Content-Encoding: identity",
            b"Connection: x-hop, keep-alive",
            b"X-Hop: 1",
            b"Set-Cookie: a=b",
            b"X-Odd: \xe9\xff",
            b"X-Empty:",
            b"X-Spaced:  \t a b \t ",
            b"Keep-Alive: timeout=5",
            b"no colon",
            b"X Space: 1",
            b"Upgrade: h2c",
        ]
    ),
    max_size=4,
)
_BODIES = st.binary(max_size=BOUND + 8)


def _chunked(body: bytes, end: bytes) -> bytes:
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


_FRAMED = st.one_of(
    _BODIES.map(lambda body: b"Content-Length: %d\r\n\r\n%s" % (len(body), body)),
    st.tuples(_BODIES, st.integers(-3, 3)).map(
        lambda pair: b"Content-Length: %d\r\n\r\n%s" % (max(len(pair[0]) + pair[1], 0), pair[0])
    ),
    st.tuples(_BODIES, st.sampled_from([b"0\r\n\r\n", b"0\r\nX-T: 1\r\n\r\n", b"", b"g\r\n", b"0\r\n"])).map(
        lambda pair: b"Transfer-Encoding: chunked\r\n\r\n" + _chunked(*pair)
    ),
    _BODIES.map(lambda body: b"\r\n" + body),
    st.sampled_from([b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"Content-Length: -1\r\n\r\n", b""]),
)
# Behind an answer without a body aiohttp takes what could begin another answer for nothing, and we for too much.
_UNFRAMED = st.sampled_from(
    [b"Content-Length: 5\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n", b"Content-Length: -1\r\n\r\n", b""]
)


def _answers(framed: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    parts = st.tuples(_STATUS_LINES, _HEADERS, framed)
    return parts.map(lambda parts: b"\r\n".join((parts[0], *parts[1], b"")) + parts[2])


_CASES = st.one_of(
    st.tuples(_answers(_FRAMED), st.sampled_from(["GET", "POST"])), st.tuples(_answers(_UNFRAMED), st.just("HEAD"))
)


async def _outcomes(said: bytes, method: str) -> list[Response | str]:
    """Return what each client makes of the same bytes: the answer, or the kind of failure."""
    heard: list[Response | str] = []
    for kind in (AiohttpUpstream, DirectUpstream):
        async with RawUpstream(HangUp(said)) as cloud, kind(cloud.url, bounds=Bounds(5, 5, BOUND)) as upstream:
            outcome = await upstream.send(Request(method, b"/"))
            heard.append(outcome.kind.value if isinstance(outcome, UpstreamFailure) else outcome)
    return heard


@settings(deadline=None, max_examples=400)
@given(_CASES)
def test_both_clients_hear_the_same(case: tuple[bytes, str]) -> None:
    through_aiohttp, direct = asyncio.run(_outcomes(*case))
    assert direct == through_aiohttp


@pytest.mark.parametrize("stray", [b"{}", b"2\r\n{}\r\n0\r\n\r\n"])
def test_an_answer_to_head_with_a_body_is_none(stray: bytes) -> None:
    framing = b"Content-Length: 2" if stray == b"{}" else b"Transfer-Encoding: chunked"
    through_aiohttp, direct = asyncio.run(_outcomes(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + stray, "HEAD"))
    assert (through_aiohttp, direct) == ("http_protocol_error", "http_protocol_error")

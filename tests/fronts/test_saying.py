"""An answer is written as uvicorn writes it, whatever its status, its headers and the method that asked for it."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.fronts.saying import head_of, said
from gateway.http.messages import Headers, Response
from gateway.seams import named

from .wires import written_by_uvicorn

NAMES = st.sampled_from(
    [b"content-type", b"x-request-id", b"content-length", b"connection", b"X-Mixed", b"a b", b"x-a"]
)
VALUES = st.sampled_from([b"", b"1", b"close", b"a, Close", b"\xe9 x", b"a\r\nb: c", b"\x00", b"\x7f", b"\t"])
HEADERS = st.lists(st.tuples(NAMES, VALUES).filter(lambda pair: pair[0] != b"content-length" or pair[1] == b"1"))
STATUSES = st.sampled_from([200, 202, 204, 304, 404, 413, 500, 503, 599, 600, 99])


@given(st.sampled_from(["GET", "HEAD", "POST"]), STATUSES, HEADERS.map(tuple), st.binary(max_size=9), st.booleans())
def test_an_answer_is_written_as_uvicorn_writes_it(
    method: str, status: int, headers: Headers, body: bytes, keeps_alive: bool
) -> None:
    response = Response(status, headers, body)
    theirs = written_by_uvicorn(method, named(response, "minted"), keeps_alive)
    ours = said(method, response, "minted", keeps_alive)
    assert (None if ours is None else (ours.head + ours.body, ours.keeps_alive)) == theirs


def test_a_head_is_written_as_it_stands() -> None:
    headers: Headers = ((b"content-length", b"9"), (b"x-a", b"b"))
    head = head_of(200, headers, keeps_alive=False)
    assert head is not None
    assert head.head == b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nx-a: b\r\nconnection: close\r\n\r\n"
    assert not head.keeps_alive

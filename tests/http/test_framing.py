from collections.abc import Iterator

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.framing import END, MAX_HEAD_BYTES, MAX_LINE_BYTES, Event, Fault, Head, Reader, Stage, head_of

GET = b"GET /v2?a HTTP/1.1\r\nHost: gw\r\n\r\n"
GOT = Head("GET", b"/v2?a", "1.1", ((b"host", b"gw"),), 0, keeps_alive=True, expects_continue=False)
POST = b"POST /v2 HTTP/1.1\r\nHost: gw\r\n"


def events(*pieces: bytes) -> list[Event]:
    reader = Reader()
    return [event for piece in pieces for event in reader.feed(piece)]


def joined(events: list[Event]) -> Iterator[Event]:
    """Yield events with the pieces of each body put together."""
    body = b""
    for event in events:
        if isinstance(event, bytes):
            body += event
            continue
        if body:
            yield body
        body = b""
        yield event
    if body:
        yield body


def headers_of(said: bytes) -> object:
    head = head_of(said)
    return head.headers if isinstance(head, Head) else head


def sent(*lines: bytes) -> bytes:
    return POST + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def chunked(body: bytes) -> bytes:
    return sent(b"Transfer-Encoding: chunked") + body


def test_a_head_is_taken_apart() -> None:
    said = b"DELETE /v2/%e4 HTTP/1.1\r\nHOST:gw\r\nX-Odd: \t\xe9 b\t \r\nX-Empty:\r\nx-odd: 2\r\n\r\n"
    fields = ((b"host", b"gw"), (b"x-odd", b"\xe9 b"), (b"x-empty", b""), (b"x-odd", b"2"))
    assert events(said) == [Head("DELETE", b"/v2/%e4", "1.1", fields, 0, True, False), END]


def test_pipelined_requests_are_read_in_order() -> None:
    assert events(GET * 2 + GET[:9], GET[9:]) == [GOT, END] * 3


def test_one_empty_line_before_a_request_passes() -> None:
    assert events(b"\r\n" + GET + b"\r\n" + GET) == [GOT, END] * 2
    assert events(b"\r", b"\n" + GET) == [GOT, END]


def test_two_empty_lines_do_not() -> None:
    assert events(b"\r\n\r\n" + GET) == [Fault(400, "The request line is malformed.")]


@pytest.mark.parametrize(
    ("line", "keeps_alive"),
    [
        (b"Connection: keep-alive", True),
        (b"Connection: closed", True),
        (b"Connection: close", False),
        (b"Connection: TE , CLOSE", False),
        (b"Connection: TE\r\nConnection: close", False),
    ],
)
def test_close_is_said_in_any_connection_header(line: bytes, keeps_alive: bool) -> None:
    head = head_of(sent(line))
    assert isinstance(head, Head)
    assert head.keeps_alive is keeps_alive


def test_nothing_is_read_behind_the_last_request() -> None:
    said = b"GET / HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"
    assert len(events(said + GET, b"garbage")) == 2


def test_http_1_0_needs_no_host_and_ends_the_connection() -> None:
    assert events(b"GET / HTTP/1.0\r\n\r\n" + GET) == [Head("GET", b"/", "1.0", (), 0, False, False), END]


@pytest.mark.parametrize(
    ("line", "expects"),
    [(b"Expect: 100-Continue\r\nContent-Length: 2", True), (b"Expect: 100-continue", False), (b"Expect: x", False)],
)
def test_only_a_request_with_a_body_expects(line: bytes, expects: bool) -> None:
    head = head_of(sent(line))
    assert isinstance(head, Head)
    assert head.expects_continue is expects


def test_http_1_0_expects_nothing() -> None:
    head = head_of(b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    assert isinstance(head, Head)
    assert not head.expects_continue


def test_a_body_of_a_length_comes_in_pieces() -> None:
    heard = events(sent(b"Content-Length: 3") + b"ab", b"c" + GET)
    assert heard[1:] == [b"ab", b"c", END, GOT, END]


def test_a_body_of_no_bytes_is_none() -> None:
    assert events(sent(b"Content-Length: 0") + GET)[1:] == [END, GOT, END]


def test_an_offer_to_upgrade_changes_nothing() -> None:
    said = sent(b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: 2")
    assert events(said + b"{}" + GET)[1:] == [b"{}", END, GOT, END]


def test_a_chunked_body_is_put_together_and_its_trailers_dropped() -> None:
    body = b'2\r\n{}\r\n00a;x="y";z\r\n0123456789\r\n0\r\nX-Auth-Token: t\r\nX-Roles: a\r\n\r\n'
    heard = events(chunked(body) + GET)
    assert isinstance(heard[0], Head)
    assert heard[0].length is None
    assert heard[1:] == [b"{}", b"0123456789", END, GOT, END]


def test_the_stage_says_what_is_waited_for() -> None:
    reader = Reader()
    stages = [reader.stage]
    pieces = (b"\r\n", POST, b"Transfer-Encoding: chunked\r\n\r\n", b"1", b"\r\na", b"\r\n0\r\n", b"A: b\r\n", b"\r\n")
    for piece in (*pieces, b"garbage\r\n"):
        list(reader.feed(piece))
        stages.append(reader.stage)
    assert stages == [
        Stage.NOTHING_BEGUN,
        *[Stage.HEAD] * 2,
        *[Stage.BODY] * 5,
        Stage.NOTHING_BEGUN,
        Stage.NOTHING_MORE,
    ]


LINE = Fault(400, "The request line is malformed.")
STRAY = Fault(400, "The request head holds a control character or a bare line break.")
NAME = Fault(400, "A header name is malformed.")
FOLDED = Fault(400, "A header line is folded.")
HOST = Fault(400, "A request must have one Host header.")
LENGTH = Fault(400, "The Content-Length must be a decimal number.")
WAYS = Fault(400, "A request must say the length of its body in one way only.")
CODING = Fault(501, "The only transfer coding known here is chunked.")
VERSION = Fault(505, "Only HTTP/1.1 is spoken here.")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"garbage\r\n", LINE),
        (b"GET /\r\n", LINE),
        (b"GET  / HTTP/1.1\r\n", LINE),
        (b"GET / HTTP/1.1 \r\n", LINE),
        (b"GET / http/1.1\r\n", LINE),
        (b"GET /a b HTTP/1.1\r\n", LINE),
        (b"GET\t/ HTTP/1.1\r\n", LINE),
        (b" GET / HTTP/1.1\r\n", LINE),
        (b"G(T / HTTP/1.1\r\n", LINE),
        (b"GET / RTSP/1.0\r\n", LINE),
        (b"GET / HTTP/1.10\r\n\r\n", LINE),
        (b"GET / HTTP/1.1\n", LINE),
        (b"\x16\x03\x01", LINE),
        (b"GET / HTTP/1.1\r\nHost: gw\n", STRAY),
        (b"GET / HTTP/1.1\r\nHost: g\rw\r\n", STRAY),
        (b"GET / HTTP/1.1\r\nHost: g\x00w\r\n\r\n", STRAY),
        (b"GET / HTTP/1.1\r\nHost: gw\r\nA\n: b\r\n\r\n", STRAY),
        (b"GET / HTTP/1.1\r\nHost: a\nb\rc\r\n\r\n", STRAY),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", VERSION),
        (b"GET / HTTP/0.9\r\n\r\n", VERSION),
        (b"GET / HTTP/1.2\r\nHost: gw\r\n\r\n", VERSION),
        (b"GET / HTTP/1.1\r\n\r\n", HOST),
        (sent(b"Host: gw"), HOST),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", HOST),
        (sent(b"A: b", b" c: d"), FOLDED),
        (sent(b"A: b", b"\tc"), FOLDED),
        (sent(b"A : b"), NAME),
        (sent(b": b"), NAME),
        (sent(b"A"), NAME),
        (sent(b"A\xe9: b"), NAME),
        (sent(b"A(b): c"), NAME),
        (sent(b"Content-Length: 2", b"Content-Length: 2"), WAYS),
        (sent(b"Content-Length: 2", b"Transfer-Encoding: chunked"), WAYS),
        (sent(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), WAYS),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", WAYS),
        *((sent(b"Content-Length: " + value), LENGTH) for value in (b"", b"+2", b"-1", b"02", b"2, 2", b"0x2", b"2 2")),
        (sent(b"Content-Length: " + b"9" * 19), LENGTH),
        *((sent(b"Transfer-Encoding: " + value), CODING) for value in (b"", b"gzip", b"gzip, chunked", b"chunked,")),
        (sent(b"Transfer-Encoding: \x0bchunked"), STRAY),
    ],
)
def test_a_head_with_two_readings_ends_it_all(said: bytes, fault: Fault) -> None:
    assert events(said + GET) == events(said, GET) == [fault]


CHUNK = Fault(400, "The size of a chunk is malformed.")
LONGER = Fault(400, "A chunk is longer than it says.")
TRAILERS = Fault(400, "The trailers are malformed or too large.")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"2\n{}\r\n", CHUNK),
        (b"2 \r\n", CHUNK),
        (b" 2\r\n", CHUNK),
        (b"0x2\r\n", CHUNK),
        (b"-2\r\n", CHUNK),
        (b"\r\n", CHUNK),
        (b"g\r\n", CHUNK),
        (b"1" * 17 + b"\r\n", CHUNK),
        (b"2;a\x01\r\n", CHUNK),
        (b"2;a\rb\r\n", CHUNK),
        (b"2;" + b"a" * 300, CHUNK),
        (b"2\r\n{}}\r\n", LONGER),
        (b"2\r\n{}\n0\r\n", LONGER),
        (b"0\r\nA b: c\r\n\r\n", TRAILERS),
        (b"0\r\nA: b\n\r\n", TRAILERS),
        (b"0\r\n b\r\n\r\n", TRAILERS),
        (b"0\r\n" + b"A: b\r\n" * 2000, TRAILERS),
        (b"0\r\nA: " + b"b" * 9000, TRAILERS),
    ],
)
def test_a_body_with_two_readings_ends_it_all(body: bytes, fault: Fault) -> None:
    assert events(chunked(body) + GET)[-1] == fault


def test_a_head_without_end_is_not_waited_for() -> None:
    fault = Fault(431, "The request head is larger than 262144 bytes.")
    assert events(POST + b"A: " + b"b" * MAX_HEAD_BYTES) == [fault]


def test_a_line_without_end_is_not_waited_for() -> None:
    assert events(b"GET /" + b"a" * MAX_LINE_BYTES) == [Fault(414, "The request line is longer than 32768 bytes.")]


def test_a_head_over_the_bound_is_refused_whole() -> None:
    assert events(sent(b"A: " + b"b" * MAX_HEAD_BYTES)) == [Fault(431, "The request head is larger than 262144 bytes.")]


PIECES = [
    GET,
    POST,
    b"\r\n",
    b"0\r\n",
    b"\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 3\r\n",
    b"abc",
]
STREAMS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=12).map(b"".join)


@given(STREAMS, st.data())
def test_it_does_not_matter_how_bytes_come(stream: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(stream)))
    whole, in_two = events(stream), events(stream[:cut], stream[cut:])
    one_by_one = events(*(stream[at : at + 1] for at in range(len(stream))))
    assert list(joined(whole)) == list(joined(in_two)) == list(joined(one_by_one))


@given(STREAMS)
def test_nothing_follows_a_fault(stream: bytes) -> None:
    heard = events(stream, GET)
    assert not any(isinstance(event, Fault) for event in heard[:-1])


BLOCKS = st.sampled_from(
    [b"", b"Host: gw\r\n", b"Host: gw\r\nContent-Length: 3\r\n", b"Host: gw\r\nExpect: 100-continue\r\n"]
)
STARTS = st.sampled_from([b"GET /a", b"POST /b", b"PURGE /c", b"GET ", b"GET /\x7f", b"GET /a b", b"/a"])
ENDS = st.sampled_from([b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/2.0\r\n", b"\r\n", b" HTTP/1.1\n"])
SAID = st.builds(
    lambda *parts: b"".join(parts),
    STARTS,
    ENDS,
    BLOCKS,
    st.sampled_from([b"\r\n", b""]),
    st.sampled_from([b"", b"abc", b"abcd"]),
)


@given(st.lists(SAID | STREAMS, min_size=1, max_size=4))
def test_what_is_read_whole_is_what_is_read_step_by_step(said: list[bytes]) -> None:
    """Whether lines are known or not, were the connection's last ones or another's."""
    quick, slow = Reader(), Reader()
    for each in (GET, sent(b"Content-Length: 3") + b"abc", *said):
        whole = quick.whole(each)
        heard = list(quick.feed(each)) if whole is None else [whole[0], *([whole[1]] if whole[1] else []), END]
        assert heard == list(slow.feed(each))
        assert quick.stage is slow.stage


def test_known_lines_are_read_whole() -> None:
    reader = Reader()
    other = GET.replace(b"gw", b"other")
    assert reader.whole(GET.replace(b"gw", b"never.heard.of")) is None
    assert list(reader.feed(GET)) == [GOT, END]
    assert list(reader.feed(other)) == [GOT._replace(headers=((b"host", b"other"),)), END]
    assert reader.whole(GET) == reader.whole(GET) == (GOT, b"")
    assert reader.whole(other) == (GOT._replace(headers=((b"host", b"other"),)), b"")
    assert reader.whole(GET + GET) is None
    assert reader.whole(b"\r\n" + GET) is None


def test_lines_that_are_too_long_are_not_remembered() -> None:
    said = sent(b"X-Auth-Token: " + b"t" * 40_000, b"Content-Length: 0")
    reader = Reader()
    assert len(list(reader.feed(said))) == 2
    assert reader.whole(said) is None


def test_the_last_request_of_a_connection_is_read_whole_too() -> None:
    said = b"GET /v2?a HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"
    list(Reader().feed(said))
    reader = Reader()
    assert reader.whole(said) is not None
    assert reader.whole(said) is None
    assert reader.stage is Stage.NOTHING_MORE


NAMES = st.from_regex(rb"[A-Za-z0-9!#$%&'*+.^`|~-]{1,8}", fullmatch=True)
VALUES = st.from_regex(rb"[!-~\x80-\xff]([ \t!-~\x80-\xff]{0,8}[!-~\x80-\xff])?|", fullmatch=True)


@given(st.lists(st.tuples(NAMES, VALUES)).filter(lambda fields: not {n.lower() for n, _ in fields} & SPECIAL))
def test_another_reader_reads_the_same_head(fields: list[tuple[bytes, bytes]]) -> None:
    said = sent(*(name + b": " + value for name, value in fields))
    other = h11.Connection(h11.SERVER)
    other.receive_data(said)
    request = other.next_event()
    assert isinstance(request, h11.Request)
    assert headers_of(said) == tuple(request.headers)


SPECIAL = {b"host", b"content-length", b"transfer-encoding", b"connection", b"expect"}

"""Heads that are read without the parser say what the parser says, and whatever is not plain is left to it."""

from __future__ import annotations

import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.fronts.answer_heads import PlainHead, plain_head
from gateway.http.messages import Header, end_to_end

OK = b"HTTP/1.1 200 OK\r\n"


def text(*lines: bytes, length: bytes = b"3") -> bytes:
    return OK + b"\r\n".join((*lines, b"Content-Length: " + length, b"", b""))


def test_a_plain_head_says_its_headers_in_order() -> None:
    said = text(
        b"SERVER:nginx", b"X-Odd: \t\xe9 b\t ", b"X-Empty:", b"Connection: Keep-Alive", b"Keep-Alive: timeout=5"
    )
    headers = ((b"server", b"nginx"), (b"x-odd", b"\xe9 b"), (b"x-empty", b""), (b"content-length", b"3"))
    assert plain_head(said) == PlainHead(200, headers, 3)
    assert plain_head(said) is plain_head(bytes(bytearray(said)))


def test_a_large_head_is_read_anew_each_time() -> None:
    said = text(b"X-Subject-Token: " + b"t" * 100_000)
    assert plain_head(said) == plain_head(said)
    assert plain_head(said) is not plain_head(said)


@pytest.mark.parametrize(
    "said",
    [
        text(b"Connection: close"),
        text(b"Connection: keep-alive, x-hop"),
        text(b"Transfer-Encoding: chunked"),
        text(b"Upgrade: h2c"),
        text(b"Content-Encoding: gzip"),
        text(b"Content-Length: 3"),
        text(b"Content-Length:"),
        text(length=b"-1"),
        text(length=b"1" * 16),
        text(b" folded"),
        text(b"a b: c"),
        text(b"no colon"),
        text(b"X: \x00"),
        text(b"X: a\nY: b"),
        OK + b"\r\n",
        text().replace(b"200 OK", b"204 No Content"),
        text().replace(b"200 OK", b"304 Not Modified"),
        text().replace(b"200 OK", b"101 Switching Protocols"),
        text().replace(b"HTTP/1.1", b"HTTP/1.0"),
        b"\r\n" + text(),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(said: bytes) -> None:
    assert plain_head(said) is None


class Parsed:
    """What the parser says about one answer whose body is `abc`."""

    def __init__(self, said: bytes) -> None:
        self.headers: list[Header] = []
        self.body = b""
        self.stays = ""
        self.parser = httptools.HttpResponseParser(self)
        self.parser.feed_data(said)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.stays = f"{self.parser.should_keep_alive()} {self.parser.should_upgrade()}"


NAMES = st.from_regex(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,8}", fullmatch=True) | st.sampled_from(
    [b"Connection", b"Keep-Alive", b"TE", b"Trailer", b"Proxy-Connection", b"Date", b"Content-Type", b"Upgrade"]
)
VALUES = st.from_regex(rb"[\t -~\x80-\xff]{0,9}", fullmatch=True) | st.sampled_from([b"keep-alive", b" Keep-Alive "])
LINES = st.lists(st.tuples(NAMES, VALUES).map(b":".join) | st.binary(max_size=9), max_size=5)
REASONS = st.from_regex(rb"[\t -~\x80-\xff]{0,9}", fullmatch=True)


@settings(deadline=None, max_examples=500)
@given(st.integers(100, 999), REASONS, LINES)
def test_the_parser_says_the_same_about_what_is_plain(status: int, reason: bytes, lines: list[bytes]) -> None:
    head = text(*lines).replace(OK, b"HTTP/1.1 %d %b\r\n" % (status, reason))
    plain = plain_head(head)
    if plain is None:
        return
    parsed = Parsed(head + b"abc")
    assert PlainHead(parsed.parser.get_status_code(), end_to_end(tuple(parsed.headers)), len(parsed.body)) == plain
    assert parsed.stays == "True False"

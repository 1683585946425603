import pytest

from gateway.http.messages import Headers
from gateway.http.spoken import Lines, lines_of, written

HEADERS: Headers = (
    (b"content-type", b"text/html"),
    (b"content-length", b"3"),
    (b"x-request-id", b"first"),
    (b"transfer-encoding", b"chunked"),
    (b"x-request-id", b"second"),
    (b"x-odd", b"\xe9\t b"),
)


def test_lines_are_written_in_order_without_framing() -> None:
    block = b"content-type: text/html\r\nx-request-id: first\r\nx-request-id: second\r\nx-odd: \xe9\t b\r\n"
    assert lines_of(HEADERS) == Lines(block, b"first", closes=False)
    assert lines_of(HEADERS) is lines_of(tuple(HEADERS))


def test_all_of_them_are_written_where_that_is_wanted() -> None:
    assert written(HEADERS[:2]) == Lines(b"content-type: text/html\r\ncontent-length: 3\r\n", None, closes=False)


@pytest.mark.parametrize(
    ("value", "closes"), [(b"close", True), (b"keep-alive, Close", True), (b"closed", False), (b"", False)]
)
def test_lines_tell_whether_they_end_the_connection(value: bytes, closes: bool) -> None:
    lines = lines_of(((b"connection", value),))
    assert lines is not None
    assert lines.closes is closes


@pytest.mark.parametrize(
    "header", [(b"a b", b""), (b"a:", b""), (b"a\r\n", b""), (b"a", b"b\r\nc: d"), (b"a", b"\x00"), (b"a", b"\x7f")]
)
def test_what_no_reader_could_read_back_is_not_written(header: tuple[bytes, bytes]) -> None:
    assert lines_of(((b"b", b"c"), header)) is None
    assert written((header,)) is None

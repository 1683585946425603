import socket
from collections.abc import Iterator

import pytest

from gateway.fronts.serving import bind

from .test_serving import answer_to

UPGRADE = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1:0") as bound:
        yield bound


@pytest.mark.parametrize("target", [b"/v2?", b"/a;b/%2f?x=+&y", b"http://other.host/v2?a"])
def test_the_target_is_told_byte_for_byte(listener: socket.socket, target: bytes) -> None:
    said = b"GET " + target + b" HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"
    assert b"\r\n\r\n" + target + b" [" in answer_to(said, listener)


def test_a_trailer_is_no_header(listener: socket.socket) -> None:
    said = (
        b"POST / HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"2\r\n{}\r\n0\r\nX-Auth-Token: stolen\r\n\r\n"
    )
    heard = answer_to(said, listener)
    assert b"200 OK" in heard
    assert b"stolen" not in heard


@pytest.mark.parametrize("framing", [b"", b"Content-Length: 0\r\n"])
def test_an_offer_to_upgrade_is_ignored(
    listener: socket.socket, framing: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    said = b"GET /v2 HTTP/1.1\r\nHost: gw\r\n" + UPGRADE + framing + b"\r\n"
    assert b"\r\n\r\n/v2 [" in answer_to(said, listener)
    assert caplog.messages == []


@pytest.mark.parametrize("framing", [b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])
def test_an_offer_to_upgrade_with_a_body_is_refused(listener: socket.socket, framing: bytes) -> None:
    said = b"POST /v2 HTTP/1.1\r\nHost: gw\r\n" + UPGRADE + framing
    assert answer_to(said, listener).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("said", [b"garbage\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_is_refused(listener: socket.socket, said: bytes) -> None:
    assert answer_to(said, listener).startswith(b"HTTP/1.1 400 ")

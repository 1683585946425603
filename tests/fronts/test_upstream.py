import asyncio
import gzip
import socket
import ssl
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gateway.fronts.direct import DirectUpstream
from gateway.fronts.pool import Bounds
from gateway.fronts.upstream import AiohttpUpstream
from gateway.fronts.wire import Host
from gateway.http.messages import Headers, Request, Response
from gateway.seams import FailureKind, UpstreamFailure

from .certificates import certificate_for
from .upstreams import OK, HangUp, Line, RawUpstream, Silence, answer

T = TypeVar("T")

GET = Request("GET", b"/v2", ((b"host", b"gateway:8776"),))
POST = Request("POST", b"/v2/p/volumes", ((b"host", b"gateway:8776"),), b"{}")


# The client under test: each test runs with both.
Upstream: type[AiohttpUpstream] | type[DirectUpstream] = AiohttpUpstream


@pytest.fixture(autouse=True, params=[AiohttpUpstream, DirectUpstream])
def _both_clients(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "Upstream", request.param)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def told(
    *lines: Line, requests: tuple[Request, ...] = (GET,), bounds: Bounds | None = None
) -> Response | UpstreamFailure:
    """Send requests to an upstream with these lines and return the last outcome."""

    async def work() -> Response | UpstreamFailure:
        async with RawUpstream(*lines) as cloud, Upstream(cloud.url, bounds=bounds or Bounds()) as upstream:
            outcomes = [await upstream.send(request) for request in requests]
        return outcomes[-1]

    return run(work())


def heard(request: Request, prefix: str = "", host: Host = Host.UPSTREAM) -> bytes:
    """Return what the upstream heard, its own address replaced by HOST."""

    async def work() -> bytes:
        async with RawUpstream() as cloud, Upstream(cloud.url + prefix, host=host) as upstream:
            assert await upstream.send(request) == Response(200, ((b"content-length", b"2"),), b"{}")
            return cloud.heard[0].replace(cloud.host.encode(), b"HOST")

    return run(work())


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/v2?",
        b"/v2/p/volumes/%64etail/",
        b"/v2/p;a=b/volumes?name=a+b%20c%2f&x&&y=&?;=/",
        b"//v2//p",
        b"/v2?metadata={'a':\"b\"}|^`",
        b"/v2/../%2E%2e/./x",
    ],
)
def test_a_target_goes_out_byte_for_byte(target: bytes) -> None:
    assert heard(Request("GET", target)) == b"GET " + target + b" HTTP/1.1\r\nhost: HOST\r\n\r\n"


def test_a_path_prefix_comes_first() -> None:
    assert heard(Request("GET", b"/v2?a"), "/evs/x/").startswith(b"GET /evs/x/v2?a HTTP/1.1\r\n")


def test_headers_go_out_in_order_and_byte_for_byte() -> None:
    headers: Headers = (
        (b"x-b", b"\xe9\xff raw"),
        (b"x-a", "\u00e9".encode()),
        (b"host", b"gateway:8776"),
        (b"x-b", b""),
        (b"cookie", b"a=b; c"),
        (b"authorization", b"SDK-HMAC-SHA256 Access=a, SignedHeaders=host"),
    )
    assert heard(Request("GET", b"/", headers)) == (
        b"GET / HTTP/1.1\r\nhost: HOST\r\nx-b: \xe9\xff raw\r\nx-a: \xc3\xa9\r\nx-b: \r\n"
        b"cookie: a=b; c\r\nauthorization: SDK-HMAC-SHA256 Access=a, SignedHeaders=host\r\n\r\n"
    )


def test_what_concerns_one_connection_stays_on_it() -> None:
    headers: Headers = (
        (b"connection", b"keep-alive, x-mine"),
        (b"x-mine", b"1"),
        (b"te", b"trailers"),
        (b"upgrade", b"h2c"),
        (b"transfer-encoding", b"chunked"),
        (b"expect", b"100-continue"),
        (b"proxy-authorization", b"secret"),
        (b"accept-encoding", b"gzip, deflate"),
    )
    assert heard(Request("POST", b"/", headers, b"abc")) == (
        b"POST / HTTP/1.1\r\nhost: HOST\r\naccept-encoding: identity\r\ncontent-length: 3\r\n\r\nabc"
    )


@pytest.mark.parametrize(("method", "length"), [("GET", b""), ("DELETE", b""), ("PUT", b"content-length: 0\r\n")])
def test_a_length_is_said_where_one_is_due(method: str, length: bytes) -> None:
    assert heard(Request(method, b"/")).endswith(b"host: HOST\r\n" + length + b"\r\n")


def test_a_length_of_nothing_is_repeated() -> None:
    assert heard(Request("GET", b"/", ((b"content-length", b"0"),))).endswith(b"content-length: 0\r\n\r\n")


def test_the_clients_host_is_kept_when_told() -> None:
    assert heard(GET, host=Host.CLIENT) == b"GET /v2 HTTP/1.1\r\nhost: gateway:8776\r\n\r\n"


def test_a_token_of_100_kb_goes_out_and_comes_back() -> None:
    token = b"t" * 100_000
    said = answer(b"201 Created", b"X-Subject-Token: " + token)

    async def work() -> tuple[Response | UpstreamFailure, bytes]:
        async with RawUpstream(said) as cloud, Upstream(cloud.url) as upstream:
            return await upstream.send(Request("GET", b"/", ((b"x-auth-token", token),))), cloud.heard[0]

    response, request = run(work())
    assert response == Response(201, ((b"x-subject-token", token), (b"content-length", b"0")))
    assert request.endswith(b"x-auth-token: " + token + b"\r\n\r\n")


def test_a_body_of_12_mb_goes_out() -> None:
    assert heard(Request("PUT", b"/", (), b"x" * 12_582_912)).endswith(b"12582912\r\n\r\n" + b"x" * 12_582_912)


@pytest.mark.parametrize("status", [b"300 Multiple Choices", b"302 Found", b"307 Temporary Redirect"])
def test_redirects_are_passed_on(status: bytes) -> None:
    said = answer(status, b"Location: http://127.0.0.1:1/v2/", body=b'{"versions": []}')
    assert told(said) == Response(
        int(status[:3]), ((b"location", b"http://127.0.0.1:1/v2/"), (b"content-length", b"16")), b'{"versions": []}'
    )


def test_an_empty_202_stays_empty() -> None:
    assert told(answer(b"202 Accepted"), requests=(POST,)) == Response(202, ((b"content-length", b"0"),))


def test_a_204_and_an_answer_to_head_end_with_their_head() -> None:
    head = Request("HEAD", b"/")
    assert told(b"HTTP/1.1 204 No Content\r\n\r\n", OK) == Response(204)
    assert told(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", requests=(head, head)) == Response(
        200, ((b"content-length", b"9"),)
    )


def test_a_page_of_html_is_untouched() -> None:
    page = b"<html>\r\n\xff</html>"
    said = answer(b"404 Not Found", b"Content-Type: text/html; charset=UTF-8", b"X-Odd: \xe9", body=page)
    assert told(said) == Response(
        404,
        ((b"content-type", b"text/html; charset=UTF-8"), (b"x-odd", b"\xe9"), (b"content-length", b"16")),
        page,
    )


def test_what_concerns_the_upstreams_connection_is_left_there() -> None:
    said = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
        b"Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )
    assert told(said) == Response(200, ((b"set-cookie", b"a=b"), (b"set-cookie", b"c=d")), b"{}")


def test_no_cookie_is_kept() -> None:
    async def work() -> list[bytes]:
        async with RawUpstream(answer(b"200 OK", b"Set-Cookie: a=b")) as cloud, Upstream(cloud.url) as upstream:
            await upstream.send(GET)
            await upstream.send(GET)
            return cloud.heard

    assert [b"cookie" in request.lower() for request in run(work())] == [False, False]


def test_connections_are_kept_alive_and_opened_again_after_a_close() -> None:
    async def work() -> list[int]:
        async with RawUpstream() as cloud, Upstream(cloud.url) as upstream:
            seen = []
            for request in (GET, POST):
                await upstream.send(request)
                seen.append(cloud.connections)
            await upstream.close()
            await upstream.send(GET)
            return [*seen, cloud.connections]

    assert run(work()) == [1, 1, 2]


def test_an_upstream_that_was_never_asked_closes() -> None:
    run(Upstream("http://evs.invalid").close())


@pytest.mark.parametrize(("method", "status", "times"), [("GET", 200, 3), ("DELETE", None, 2), ("PUT", None, 2)])
def test_only_reads_are_repeated_when_a_kept_connection_turns_out_closed(
    method: str, status: int | None, times: int
) -> None:
    async def work() -> tuple[int | None, int]:
        async with RawUpstream(OK, HangUp(), OK) as cloud, Upstream(cloud.url) as upstream:
            await upstream.send(GET)
            outcome = await upstream.send(Request(method, b"/"))
            return outcome.status if isinstance(outcome, Response) else None, len(cloud.heard)

    assert run(work()) == (status, times)


def test_an_unasked_coding_is_undone() -> None:
    said = answer(b"200 OK", b"Content-Encoding: gzip", body=gzip.compress(b"{}"))
    assert told(said) == Response(200, ((b"content-length", b"2"),), b"{}")


def failure(*lines: Line, request: Request = POST, bounds: Bounds | None = None) -> FailureKind:
    outcome = told(*lines, requests=(request,), bounds=bounds)
    assert isinstance(outcome, UpstreamFailure)
    return outcome.kind


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
def test_a_cut_off_answer_is_no_answer(said: bytes) -> None:
    assert failure(HangUp(said)) is FailureKind.CUT_OFF


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 999 Request denied\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_garbage_is_malformed(said: bytes) -> None:
    assert failure(HangUp(said)) is FailureKind.MALFORMED


@pytest.mark.parametrize("second", [b"408 Request Timeout", b"999 Request denied"])
def test_of_two_answers_in_one_segment_the_first_counts(second: bytes) -> None:
    both = answer(b"200 OK", body=b"{}") + answer(second, b"x-second: 1", body=b"late")
    outcome = told(HangUp(both))
    assert isinstance(outcome, Response)
    assert (outcome.status, outcome.body, outcome.header(b"x-second")) == (200, b"{}", None)


def test_a_late_answer_is_late() -> None:
    assert failure(Silence(), bounds=Bounds(total_timeout_s=0.05)) is FailureKind.LATE
    assert (
        failure(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", bounds=Bounds(total_timeout_s=0.05))
        is FailureKind.LATE
    )


def test_an_answer_over_the_bound_is_too_large() -> None:
    said = answer(b"200 OK", body=b"x" * 101)
    assert failure(said, bounds=Bounds(response_bytes=100)) is FailureKind.TOO_LARGE
    assert isinstance(told(said, bounds=Bounds(response_bytes=101)), Response)


def sent(url: str, bounds: Bounds | None = None, ca_file: Path | None = None) -> Response | UpstreamFailure:
    async def work() -> Response | UpstreamFailure:
        async with Upstream(url, bounds=bounds or Bounds(), ca_file=ca_file) as upstream:
            return await upstream.send(GET)

    return run(work())


def test_nobody_listening_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert sent(f"http://127.0.0.1:{port}") == UpstreamFailure(
            FailureKind.REFUSED, "the upstream cannot be reached"
        )


def test_a_name_nobody_has_is_unresolved() -> None:
    outcome = sent("http://nobody.invalid")
    assert isinstance(outcome, UpstreamFailure)
    assert outcome.kind is FailureKind.UNRESOLVED


def test_a_full_backlog_is_a_connect_timeout() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        outcome = sent(f"http://127.0.0.1:{full.getsockname()[1]}", Bounds(connect_timeout_s=0.1))
    assert outcome == UpstreamFailure(FailureKind.TIMEOUT, "the upstream took too long to accept a connection")


def over_tls(names: str, tmp_path: Path, *, trusted: bool) -> Response | UpstreamFailure:
    certificate = certificate_for(names, tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def work() -> Response | UpstreamFailure:
        async with RawUpstream(tls=context) as cloud:
            url = cloud.url.replace("http:", "https:")
            async with Upstream(url, ca_file=certificate if trusted else None) as upstream:
                return await upstream.send(GET)

    return run(work())


def test_tls_is_verified(tmp_path: Path) -> None:
    untrusted = UpstreamFailure(FailureKind.TLS, "the upstream's certificate is not trusted for its name")
    assert over_tls("127.0.0.1", tmp_path, trusted=True) == Response(200, ((b"content-length", b"2"),), b"{}")
    assert over_tls("127.0.0.1", tmp_path, trusted=False) == untrusted
    assert over_tls("127.0.0.2", tmp_path, trusted=True) == untrusted


def test_no_tls_behind_https_is_a_tls_failure() -> None:
    async def speak_first(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        writer.close()

    async def work() -> Response | UpstreamFailure:
        async with await asyncio.start_server(speak_first, "127.0.0.1", 0) as cloud:
            url = f"https://127.0.0.1:{cloud.sockets[0].getsockname()[1]}"
            async with Upstream(url) as upstream:
                return await upstream.send(GET)

    assert run(work()) == UpstreamFailure(FailureKind.TLS, "no TLS connection to the upstream")


@pytest.mark.parametrize(
    ("user", "credentials"), [("", b""), ("user:pass@", b"proxy-authorization: Basic dXNlcjpwYXNz\r\n")]
)
def test_a_proxy_is_spoken_to_in_absolute_form(user: str, credentials: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> list[bytes]:
        async with RawUpstream() as proxy:
            monkeypatch.setenv("http_proxy", f"http://{user}{proxy.host}")
            async with AiohttpUpstream("http://evs.invalid/pre") as upstream:
                assert await upstream.send(GET) == Response(200, ((b"content-length", b"2"),), b"{}")
            return proxy.heard

    start = b"GET http://evs.invalid/pre/v2 HTTP/1.1\r\nhost: evs.invalid\r\n"
    assert run(work()) == [start + credentials + b"\r\n"]


def test_a_proxy_is_asked_to_connect_for_https(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> tuple[Response | UpstreamFailure, bytes]:
        async with RawUpstream(HangUp(b"HTTP/1.1 403 Forbidden\r\n\r\n")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with AiohttpUpstream("https://evs.invalid") as upstream:
                return await upstream.send(GET), proxy.heard[0]

    outcome, request = run(work())
    assert outcome == UpstreamFailure(FailureKind.REFUSED, "the proxy for the upstream refused the connection")
    assert request.startswith(b"CONNECT evs.invalid:443 HTTP/1.1\r\n")

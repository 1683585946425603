"""The addon by itself: flows in, flows out, with mitmproxy's own test kit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

pytest.importorskip("mitmproxy")

from mitmproxy import flow as flows
from mitmproxy import http
from mitmproxy.connection import Server
from mitmproxy.proxy import server_hooks
from mitmproxy.test import tflow

from gateway.fronts.forward import NO_CONNECTIONS, Forward, flow_response, place_of, request_of
from gateway.fronts.proxying import Place
from gateway.http.messages import Request, Response

CLOSED = Forward(None)


def asked(version: bytes = b"HTTP/1.1", **parts: object) -> http.HTTPFlow:
    """Return a flow whose request is alive."""
    flow = tflow.tflow()
    flow.request = http.Request.make("GET", "https://evs.example.com/v2?a&&b=%7e", b"", {"Host": "EVS.example.com"})
    flow.request.data.http_version = version
    for name, value in parts.items():
        setattr(flow.request, name, value)
    return flow


def test_a_request_is_taken_as_it_was_sent() -> None:
    flow = asked()
    flow.request.headers.fields = ((b"Host", b"EVS.example.com"), (b"X-Twice", b" a"), (b"x-twice", b"\xff"))
    assert request_of(flow) == Request(
        "GET",
        b"/v2?a&&b=%7e",
        ((b"host", b"EVS.example.com"), (b"x-twice", b" a"), (b"x-twice", b"\xff")),
        b"",
        "https",
        "127.0.0.1:22",
    )


def test_http_2_says_the_host_as_its_authority() -> None:
    flow = asked(b"HTTP/2.0", authority="evs.example.com")
    flow.request.headers.fields = ((b"accept", b"*/*"),)
    assert request_of(flow).headers == ((b"host", b"evs.example.com"), (b"accept", b"*/*"))
    flow.request.headers.fields = ((b"host", b"own"),)
    assert request_of(flow).headers == ((b"host", b"own"),)


def test_a_client_that_has_no_address_has_no_name() -> None:
    flow = asked()
    flow.client_conn.peername = ()  # type: ignore[assignment]
    assert request_of(flow).connection == ""


def test_a_tunnel_is_asked_for_by_host_and_port() -> None:
    flow = asked(method="CONNECT", authority="evs.example.com:443")
    flow.request.scheme = ""
    assert (request_of(flow).target, place_of(flow)) == (
        b"evs.example.com:443",
        Place("https", "evs.example.com", 443),
    )


@pytest.mark.parametrize(("status", "reason"), [(404, "Not Found"), (299, ""), (599, "")])
def test_an_answer_has_the_usual_words(status: int, reason: str) -> None:
    said = flow_response(asked().request, Response(status, ((b"a", b"b"), (b"a", b"c")), b"xyz"))
    assert (said.status_code, said.reason, said.http_version) == (status, reason, "HTTP/1.1")
    assert said.headers.fields == ((b"a", b"b"), (b"a", b"c"), (b"content-length", b"3"))


def test_an_answer_to_http_2_is_one_of_http_2() -> None:
    assert flow_response(asked(b"HTTP/2.0").request, Response(200)).is_http2


async def _begun(hook: Callable[[http.HTTPFlow], object], flow: http.HTTPFlow) -> http.HTTPFlow:
    done = hook(flow)
    if asyncio.iscoroutine(done):
        await done
    return flow


@pytest.mark.parametrize("hook", [CLOSED.http_connect, CLOSED.request])
def test_nothing_goes_through_while_there_is_no_door(hook: Callable[[http.HTTPFlow], object]) -> None:
    flow = asyncio.run(_begun(hook, asked()))
    assert flow.error is not None
    assert flow.error.msg == flows.Error.KILLED_MESSAGE


@pytest.mark.parametrize("kill", [True, False])
def test_what_was_answered_or_ended_by_others_is_left_alone(kill: bool) -> None:
    flow, answer = asked(), http.Response.make(418)
    if kill:
        flow.kill()  # type: ignore[no-untyped-call]
    else:
        flow.response = answer
    untouched = Forward("no door is asked")  # type: ignore[arg-type]
    asyncio.run(_begun(untouched.request, flow))
    assert flow.response is (None if kill else answer)


def test_no_connection_begins_here() -> None:
    data = server_hooks.ServerConnectionHookData(Server(address=("evs.example.com", 443)), tflow.tclient_conn())
    CLOSED.server_connect(data)
    assert data.server.error == NO_CONNECTIONS


def test_what_is_no_http_is_ended() -> None:
    stream, datagrams = tflow.ttcpflow(), tflow.tudpflow()
    CLOSED.tcp_start(stream)
    CLOSED.udp_start(datagrams)
    assert [each.error.msg for each in (stream, datagrams) if each.error] == [flows.Error.KILLED_MESSAGE] * 2


def test_a_client_is_busy_until_all_its_requests_have_answers() -> None:
    async def busy() -> list[bool]:
        addon, first, second = Forward(None), asked(), asked()
        second.client_conn = first.client_conn
        addon.requestheaders(first)
        addon.requestheaders(second)
        seen = [addon.is_busy(first.client_conn)]
        addon.response(first)
        await asyncio.sleep(0)
        seen.append(addon.is_busy(first.client_conn))
        second.error = flows.Error("broken")
        addon.error(second)
        seen.append(addon.is_busy(first.client_conn))
        addon.requestheaders(first)
        addon.client_disconnected(first.client_conn)
        return [*seen, addon.is_busy(first.client_conn)]

    assert asyncio.run(busy()) == [True, True, False, False]

"""Where names lead: resolved once, judged, and connected to as they were judged."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterator

import pytest

from gateway.fronts.direct import DirectUpstream
from gateway.fronts.resolving import PROHIBITED, LookUp, as_named, guarded, instead, is_open, split
from gateway.http.messages import Request, Response

from .upstreams import RawUpstream

PUBLIC = "93.184.216.34"
PRIVATE = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


def finding(*turns: tuple[str, ...]) -> LookUp:
    """Return a system that gives other addresses each time."""
    left: Iterator[tuple[str, ...]] = iter(turns)

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        return next(left)

    return look_up


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_inner_addresses_are_closed(address: str) -> None:
    assert not is_open(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d822"])
def test_public_addresses_are_open(address: str) -> None:
    assert is_open(ipaddress.ip_address(address), ())


def test_networks_that_are_listed_are_open() -> None:
    opened = [is_open(ipaddress.ip_address(each), PRIVATE) for each in ("10.1.2.3", "fd00::1", "::ffff:10.0.0.1")]
    assert opened == [True, True, True]
    assert not is_open(ipaddress.ip_address("192.168.0.1"), PRIVATE)


async def _resolved() -> list[object]:
    resolve = guarded((), finding((PUBLIC,), ("127.0.0.1",), (PUBLIC, "10.0.0.1"), ("fe80::1%eth0",)))
    return [await resolve("evs.example.com", 443) for _ in range(4)]


def test_a_name_that_leads_elsewhere_the_second_time_is_refused() -> None:
    assert asyncio.run(_resolved()) == [(PUBLIC, 443), PROHIBITED, PROHIBITED, PROHIBITED]


def test_an_address_in_the_settings_is_taken_as_it_is() -> None:
    resolve = instead({"EVS.example.com:443": "127.0.0.1:8443", "six:1": "[::1]:2"}, guarded((), finding((PUBLIC,))))

    async def ask() -> list[object]:
        return [await resolve("evs.example.com", 443), await resolve("six", 1), await resolve("other", 443)]

    assert asyncio.run(ask()) == [("127.0.0.1", 8443), ("::1", 2), (PUBLIC, 443)]
    assert instead({}, as_named) is as_named


@pytest.mark.parametrize("text", ["", "host", ":1", "host:", "host:0", "host:65536", "host:-1"])
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        split(text)


def test_no_connection_is_made_to_where_a_name_must_not_lead() -> None:
    async def ask() -> tuple[object, object, int]:
        async with RawUpstream() as cloud:
            port = int(cloud.host.rpartition(":")[2])
            closed = DirectUpstream(f"http://localhost:{port}", resolve=guarded(()))
            opened = DirectUpstream(
                f"http://localhost:{port}",
                resolve=guarded((ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))),
            )
            refused = await closed.send(Request("GET", b"/"))
            connections = cloud.connections
            answered = await opened.send(Request("GET", b"/"))
            await closed.close()
            await opened.close()
            return refused, answered, connections

    # The system may give the other family's address first, where nothing listens.
    if socket.getaddrinfo("localhost", 1, type=socket.SOCK_STREAM)[0][4][0] != "127.0.0.1":
        pytest.skip("localhost leads to ::1 first")
    refused, answered, connections = asyncio.run(ask())
    assert (refused, connections) == (PROHIBITED, 0)
    assert isinstance(answered, Response)

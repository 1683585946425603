"""Where the name of an upstream leads: resolved once for a connection, judged, and connected to as it was judged.

A name that a proxy's client may call can be made to lead into the gateway's own network, at once or the second time it
is asked for. So it is not resolved again between the judgement and the connection.
Source: RFC 9209, section 2.3.4, for what a prohibited address is called.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping

from gateway.seams import FailureKind, UpstreamFailure

Address = tuple[str, int]
IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Address | UpstreamFailure]]
"""Given host and port of an upstream, where to connect to. Errors: OSError when the name has no address."""
LookUp = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""Given host and port, the addresses of a host as the system knows them."""

PROHIBITED = UpstreamFailure(
    FailureKind.PROHIBITED,
    "the host's name leads to an address that is not public, and forward.networks has it not",
)
# Those in which an address of the other kind is hidden (RFC 6052, section 2.1).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


async def as_named(host: str, port: int) -> Address:
    """Leave it to the system where a name leads: for hosts that the operator named as upstreams."""
    return host, port


def instead(table: Mapping[str, str], resolve: Resolve) -> Resolve:
    """Return what takes the address that a table has for HOST:PORT, and resolves everything else."""
    known = {name.lower(): split(address) for name, address in table.items()}

    async def looked_up(host: str, port: int) -> Address | UpstreamFailure:
        return known.get(f"{host}:{port}") or await resolve(host, port)

    return looked_up if known else resolve


def guarded(networks: tuple[Network, ...], look_up: LookUp | None = None) -> Resolve:
    """Return what resolves names and refuses those with an address that is not public and in none of the networks."""

    async def judged(host: str, port: int) -> Address | UpstreamFailure:
        found = await (look_up or system)(host, port)
        if not all(is_open(ipaddress.ip_address(address.partition("%")[0]), networks) for address in found):
            return PROHIBITED
        return found[0], port

    return judged


async def system(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, as the system knows them. Errors: OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(address[0]) for *_, address in found)


def is_open(address: IP, networks: tuple[Network, ...]) -> bool:
    """Return whether an address may be connected to: a public one, or one of these networks."""
    plain = _plain(address)
    if any(plain in network for network in networks if network.version == plain.version):
        return True
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or plain.is_link_local)


def split(address: str) -> Address:
    """Return host and port of HOST:PORT or [HOST]:PORT. Errors: ValueError."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{address!r}: expected HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _plain(address: IP) -> IP:
    """Return the IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    return address if inner is None else inner

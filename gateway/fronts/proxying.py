"""What a forward proxy decides before anything else: whose the connection is, and whether this host may be asked.

It is no open proxy: listed hosts and ports only, for known users only where others than this machine can reach it. What
is refused is said in the log, and no connection is made. Then it carries to the core, as every door does. Knows no
mitmproxy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.access.proxy_users import Users
from gateway.errors import SettingsError
from gateway.fronts.core import Answered, Core
from gateway.fronts.destinations import Destination, destinations
from gateway.fronts.origin import origin_of, proxy_for
from gateway.fronts.resolving import Resolve, as_named, guarded, split
from gateway.fronts.wire import Host
from gateway.http import refusals
from gateway.http.messages import Headers, Request
from gateway.modes import SIMULATE
from gateway.seams import Reply, Service, Upstream
from gateway.settings import Settings
from gateway.stores.ca import open_authority
from gateway.stores.credential_files import proxy_users

Make = Callable[[str, Settings, Resolve], Upstream]

# What a client says to the proxy and not to the host behind it.
_TO_THE_PROXY = frozenset({b"proxy-authorization", b"proxy-connection"})
_NOT_LISTED = "This proxy does not forward to that host and port; forward.hosts lists those it does."
_SEVERAL_HOSTS = "The proxy, the TLS handshake and the Host header are told different hosts."
_LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client wants to go, as it says: in a CONNECT, or in the target of a request."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class ProxyDoor:
    """The forward door without its sockets. `cores` has one core for each destination; `core` takes what has none."""

    def __init__(self, cores: Mapping[Destination, Core], users: Users, core: Core) -> None:
        self._core = core
        self._cores = {destination.place: core for destination, core in cores.items()}
        self._destinations = {destination.place: destination for destination in cores}
        self._ports = {(each.host, each.port) for each in cores}
        self._users = users

    async def connect(self, place: Place, request: Request) -> str | Answered:
        """Return the user that a tunnel is for, or the refusal of one. What is spoken in it shows later."""
        user = self._users.admitted(_credentials(request))
        if user is None:
            return await self._refused(request, 407, place, "This proxy wants the credentials of a user.")
        if (place.host.lower(), place.port) not in self._ports:
            return await self._refused(request, 403, place, _NOT_LISTED)
        return user

    async def answer(self, place: Place, user: str, sni: str | None, request: Request) -> Answered:
        """Return the answer to a request of an admitted user."""
        destination = self._destinations.get(_key(place))
        if destination is None:
            return await self._refused(request, 403, place, _NOT_LISTED)
        if not _is_meant(destination, sni, request.headers):
            return await self._refused(request, 421, place, _SEVERAL_HOSTS)
        return await self._cores[destination.place].answer(_for_the_host(request), user)

    def went_out(self, answered: Answered) -> None:
        """Take note of an answer that its client has."""
        self._core.went_out(answered)

    async def _refused(self, request: Request, status: int, place: Place, why: str) -> Answered:
        remark = f"refused by the proxy: {str(place)[:_LONGEST_PLACE]}: {why}"
        refusal = Reply(refusals.at_the_proxy(status, why), remarks=(remark,))
        return await self._core.turned_away(_for_the_host(request), refusal)


class Ways:
    """The upstreams of a forward door: for each destination its own, with the Host header that the client sent. A host
    that is listed, but no upstream, is connected to only where its name may lead."""

    def __init__(self, settings: Settings, shared: Mapping[Service, Upstream], make: Make) -> None:
        """`shared` are the upstreams of the other door; `make` makes one to an address."""
        self._settings = settings.model_copy(
            update={"upstream": settings.upstream.model_copy(update={"host": Host.CLIENT.value})}
        )
        self._shared = shared
        self._make = make
        self._made: list[Upstream] = []

    def to(self, destination: Destination) -> Mapping[Service, Upstream]:
        """Return what a request to a destination is sent through; nothing where nothing is sent."""
        if not self._shared or not is_remote(self._settings):
            return self._shared
        is_trusted = destination.is_upstream or destination.is_address
        resolve = as_named if is_trusted else guarded(self._settings.forward.networks)
        upstream = self._make(destination.url, self._settings, resolve)
        self._made.append(upstream)
        return dict.fromkeys(Service, upstream)

    async def close(self) -> None:
        """Close the connections."""
        for upstream in self._made:
            await upstream.close()


def proxy_door(settings: Settings, core: Core, core_to: Callable[[Destination], Core]) -> ProxyDoor:
    """Return the forward door of these settings. Errors: SettingsError."""
    path = settings.forward.users_file
    users = Users(None if path is None else proxy_users(path))
    return ProxyDoor({each: core_to(each) for each in destinations(settings)}, users, core)


def authority_of(settings: Settings) -> Path:
    """Return the folder of the authority for the destinations of these settings, made on first use.

    Errors: SettingsError, StoreError.
    """
    hosts = [each.host for each in destinations(settings)]
    return open_authority(settings.data, hosts, datetime.now(UTC))


def is_remote(settings: Settings) -> bool:
    """Return whether the upstreams are others than the simulator in this process."""
    return not any(mode is SIMULATE for mode in (settings.mode, *settings.modes.values()))


def check_forward(settings: Settings) -> None:
    """Refuse settings that would make an open proxy, or send the gateway's own credential to just any host.

    Errors: SettingsError.
    """
    forward = settings.forward
    if forward.listen is None:
        return
    destinations(settings)
    if forward.users_file is None and not _is_loopback(forward.listen):
        raise SettingsError(
            f"forward.listen: others can reach {forward.listen}; give forward.users_file "
            "(evs-gateway identity proxy-user NAME --file FILE), or listen on 127.0.0.1"
        )
    identity = settings.identity
    own = identity.upstream_key_file or identity.upstream_token_file
    if own is not None and forward.hosts:
        raise SettingsError(f"forward.hosts: {own} is for the upstreams and goes to no other host; list none")


def check_no_loop(settings: Settings, port: int) -> None:
    """Refuse to ask the cloud through this door itself, where the environment names it as the proxy.

    Errors: SettingsError.
    """
    for each in destinations(settings):
        proxy = proxy_for(origin_of(each.url))
        if proxy is not None and proxy.port == port and _is_loopback(f"{proxy.host}:{port}"):
            raise SettingsError(
                f"the environment names {proxy.host}:{port} as the proxy for {each.url}, which is this gateway's own "
                "forward listener; start it in a shell without the exports of `evs-gateway env`"
            )


def _is_loopback(address: str) -> bool:
    try:
        host, _ = split(address if not address.endswith(":0") else f"{address[:-1]}1")
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_meant(destination: Destination, sni: str | None, headers: Headers) -> bool:
    """Return whether everything that names a host names this one. An address has no name to say in a handshake."""
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    if not all(destination.is_named_by(host) for host in hosts):
        return False
    return sni is None or destination.is_address or sni.lower() == destination.host


def _key(place: Place) -> tuple[str, str, int]:
    return place.scheme, place.host.lower(), place.port


def _credentials(request: Request) -> bytes | None:
    said = [value for name, value in request.headers if name == b"proxy-authorization"]
    return said[0] if len(said) == 1 else None


def _for_the_host(request: Request) -> Request:
    return request.with_headers(tuple(header for header in request.headers if header[0] not in _TO_THE_PROXY))

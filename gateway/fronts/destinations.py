"""Which hosts the clients of a forward proxy may ask, and with which words: listed ones and no others.

A destination is compared as it is written, scheme, host and port: another spelling of the same address is not listed.
Knows no sockets and resolves nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.errors import SettingsError
from gateway.settings import Settings

_PORTS: Mapping[str, int] = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """One host under one port that may be asked. `prefix` is the path that its upstream adds; `is_upstream` says that
    the operator named it as upstream, and not only as a host."""

    scheme: str
    host: str
    port: int
    prefix: str = ""
    is_upstream: bool = False

    @property
    def url(self) -> str:
        """The address that clients name, as they usually write it."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{bracketed(self.host)}{port}{self.prefix}"

    @property
    def place(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def is_address(self) -> bool:
        """True when the host is an IP address and no name."""
        return _is_address(self.host)

    def is_named_by(self, authority: str) -> bool:
        """Return whether a Host header names this destination."""
        host, port = _split(authority)
        return host.lower() == self.host and port in ("", str(self.port))


def destinations(settings: Settings) -> tuple[Destination, ...]:
    """Return what may be asked: the upstreams of the settings, and the hosts they list.

    Errors: SettingsError for a host that is none, and when there is nothing to ask.
    """
    found = {each.place: each for each in (*_listed(settings.forward.hosts), *_upstreams(settings))}
    if not found:
        raise SettingsError("forward.hosts: no host may be asked; give --forward-host HOST, or --upstream URL")
    return tuple(found.values())


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _upstreams(settings: Settings) -> Iterator[Destination]:
    for url in (settings.upstream.iam_url, settings.upstream.url):
        if url is not None:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
            yield Destination(parts.scheme, host, parts.port or _PORTS[parts.scheme], parts.path, is_upstream=True)


def _listed(hosts: Iterable[str]) -> Iterator[Destination]:
    for text in hosts:
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise _none(text) from None
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise _none(text)
        yield Destination(parts.scheme, parts.hostname.lower(), port)


def _none(text: str) -> SettingsError:
    return SettingsError(f"forward.hosts: {text!r}: expected HOST, HOST:PORT or a URL of http or https without path")


def _split(authority: str) -> tuple[str, str]:
    """Return host and port of an authority, the port empty where there is none."""
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        return host, rest.removeprefix(":") if rest.startswith(":") else rest
    host, _, port = authority.partition(":")
    return host, port


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

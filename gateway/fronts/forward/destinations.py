"""Where the forward door leads: to listed hosts and ports, and nowhere else. No open proxy.

Compares names as they are written, so that no other spelling of an address (decimal, mapped, with a dot behind) is
ever taken for a listed one. Opens nothing and resolves nothing: what is refused here was never asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from gateway.errors import SettingsError

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """A host in lower case and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def destination_of(text: str) -> Destination:
    """Return the destination that HOST[:PORT] or a URL names; the port is 443 where none is said.

    Errors: SettingsError for anything else.
    """
    try:
        url = URL(text if "://" in text else f"https://{text}")
        host, port = url.raw_host, url.port
    except ValueError as error:
        raise SettingsError(f"forward.hosts: {text!r}: {error}; expected HOST[:PORT]") from error
    if not host or not port or url.user or (url.raw_path not in ("", "/") and "://" not in text):
        raise SettingsError(f"forward.hosts: {text!r}: expected HOST[:PORT]")
    return Destination(host.lower(), port)


class Destinations:
    """The places that clients may name."""

    def __init__(self, listed: Iterable[Destination]) -> None:
        self._listed = frozenset(listed)

    def __iter__(self) -> Iterable[Destination]:
        return iter(sorted(self._listed, key=str))

    def refusal(self, host: str, port: int) -> str | None:
        """Return None for a listed place, or one sentence about why a client is not led there."""
        asked = Destination(host.lower(), port)
        if asked in self._listed:
            return None
        if any(each.host == asked.host for each in self._listed):
            return f"This proxy does not lead to port {port} of that host."
        return "This proxy leads to listed hosts only."

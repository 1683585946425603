"""The gateway's own credentials for the cloud, in the place of those that only the gateway knows.

The client's go entirely; nothing is left for the cloud to find two identities in. What is signed is what goes over the
wire: the upstream's own host and path, and the project that was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yarl import URL

from gateway.access.dev_tokens import PREFIX
from gateway.access.principals import AuthMethod, Principal
from gateway.access.signing import AccessKey, sign
from gateway.http.messages import Headers, Request

# Who acts, with what, and for which project: everything that a client says about that.
_CREDENTIALS = frozenset(
    {
        *(b"authorization", b"x-auth-token", b"x-security-token", b"x-sdk-date", b"x-sdk-content-sha256"),
        *(b"x-project-id", b"x-domain-id", b"x-auth-project-id"),
    }
)
# The kinds of credentials that mean nothing to the cloud.
_OURS = frozenset({AuthMethod.SIGNATURE, AuthMethod.DEV})


@dataclass(frozen=True, slots=True)
class UpstreamToken:
    """A token of the gateway's own."""

    value: bytes = field(repr=False)


Credential = AccessKey | UpstreamToken


@dataclass(frozen=True, slots=True)
class Address:
    """Where an upstream is: what it is called in Host, and what stands before each target."""

    host: bytes
    prefix: bytes = b""


def address_of(url: str) -> Address:
    """Return the address of an upstream, read as the part that sends to it reads it."""
    origin = URL(url, encoded=True)
    return Address(origin.raw_authority.encode(), origin.raw_path.rstrip("/").encode())


class Broker:
    """Dresses requests in the gateway's own credential. `addresses` are those of the upstreams by name."""

    def __init__(self, credential: Credential, addresses: Mapping[str, Address]) -> None:
        self._credential = credential
        self._addresses = addresses

    def exchange(self, credential: Credential) -> None:
        """Dress in another credential from now on."""
        self._credential = credential

    def outgoing(self, request: Request, service: str, principal: Principal | None, at: float) -> Request:
        """Return the request as it may leave: with our credential where the client's mean nothing to the cloud.

        The cloud's own tokens pass through. Where nobody was asked who it is, credentials of ours go nowhere.
        Units: `at` in seconds since the epoch.
        """
        if principal is None:
            return undressed(request) if _has_ours(request) else request
        return self._dressed(request, service, principal, at) if principal.auth_method in _OURS else request

    def _dressed(self, request: Request, service: str, principal: Principal, at: float) -> Request:
        bare = undressed(request)
        if isinstance(self._credential, UpstreamToken):
            return bare.with_headers((*bare.headers, (b"x-auth-token", self._credential.value)))
        address = self._addresses[service]
        signed = sign(self._on_the_wire(bare, address, principal), self._credential, at)
        return signed.with_target(request.target)

    def _on_the_wire(self, request: Request, address: Address, principal: Principal) -> Request:
        kept = tuple(header for header in request.headers if header[0] != b"host")
        project: Headers = ((b"x-project-id", principal.project_id.encode()),) if principal.project_id else ()
        named = request.with_headers(((b"host", address.host), *kept, *project))
        return named.with_target(address.prefix + request.target)


def _has_ours(request: Request) -> bool:
    token = request.header(b"x-auth-token") or b""
    return request.header(b"authorization") is not None or token.startswith(PREFIX.encode())


def undressed(request: Request) -> Request:
    """Return the request without any credentials."""
    return request.with_headers(tuple(header for header in request.headers if header[0] not in _CREDENTIALS))

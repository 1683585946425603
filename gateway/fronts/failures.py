"""What aiohttp's exceptions mean, as one table: the first row that fits says how the upstream failed.

The words are ours: an exception's own text may hold addresses of proxies with their passwords.
"""

from __future__ import annotations

import aiohttp
from aiohttp.http import HttpProcessingError

from gateway.seams import FailureKind, UpstreamFailure

_Row = tuple[type[BaseException], FailureKind, str]

_ROWS: tuple[_Row, ...] = (
    (aiohttp.ClientConnectorDNSError, FailureKind.UNRESOLVED, "the upstream's name cannot be resolved"),
    (aiohttp.ClientProxyConnectionError, FailureKind.REFUSED, "the proxy for the upstream cannot be reached"),
    (aiohttp.ClientHttpProxyError, FailureKind.REFUSED, "the proxy for the upstream refused the connection"),
    (
        aiohttp.ClientConnectorCertificateError,
        FailureKind.TLS,
        "the upstream's certificate is not trusted for its name",
    ),
    (aiohttp.ClientSSLError, FailureKind.TLS, "no TLS connection to the upstream"),
    (aiohttp.ClientConnectorError, FailureKind.REFUSED, "the upstream cannot be reached"),
    (aiohttp.ConnectionTimeoutError, FailureKind.TIMEOUT, "the upstream took too long to accept a connection"),
    (TimeoutError, FailureKind.LATE, "the upstream took too long to answer"),
    (HttpProcessingError, FailureKind.MALFORMED, "the upstream's answer is not valid HTTP"),
    (aiohttp.ClientPayloadError, FailureKind.CUT_OFF, "the upstream's answer ended before it was whole"),
    (aiohttp.ClientConnectionError, FailureKind.CUT_OFF, "the upstream closed the connection before it answered"),
    (aiohttp.ClientError, FailureKind.MALFORMED, "the exchange with the upstream broke off"),
)

FAILURES = (aiohttp.ClientError, HttpProcessingError, TimeoutError)


def failure_of(error: BaseException) -> UpstreamFailure:
    """Return the failure that an exception of aiohttp stands for."""
    kind, detail = next((kind, detail) for cause, kind, detail in _ROWS if isinstance(error, cause))
    return UpstreamFailure(kind, detail)

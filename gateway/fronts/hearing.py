"""An answer as the client of a request hears it: a body only where there may be one, and its length with it."""

from __future__ import annotations

from gateway.http.messages import Headers, Response
from gateway.http.spoken import FRAMING

BODILESS_STATUS = frozenset({204, 304})


def heard(method: str, response: Response) -> Response:
    """Return an answer as it is said to a request of this method.

    Source: RFC 9110, sections 6.4.1 and 8.6.
    """
    if response.status in BODILESS_STATUS:
        return Response(response.status, _unframed(response.headers))
    if method == "HEAD":
        return Response(response.status, response.headers)
    length = (b"content-length", b"%d" % len(response.body))
    return Response(response.status, (*_unframed(response.headers), length), response.body)


def _unframed(headers: Headers) -> Headers:
    return tuple([header for header in headers if header[0] not in FRAMING])

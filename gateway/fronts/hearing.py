"""An answer as the client of a request hears it: a body only where there may be one, and its length with it."""

from __future__ import annotations

from gateway.http.messages import Headers, Response

_BODILESS_STATUS = frozenset({204, 304})


def heard(method: str, response: Response) -> Response:
    """Return an answer as it is said to a request of this method.

    Source: RFC 9110, sections 6.4.1 and 8.6.
    """
    if response.status in _BODILESS_STATUS:
        return Response(response.status, _without_length(response.headers))
    if method == "HEAD":
        return Response(response.status, response.headers)
    length = (b"content-length", b"%d" % len(response.body))
    return Response(response.status, (*_without_length(response.headers), length), response.body)


def _without_length(headers: Headers) -> Headers:
    return tuple([header for header in headers if header[0] != b"content-length"])

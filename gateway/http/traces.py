"""The trace a request belongs to, as its `traceparent` says it. One that is malformed belongs to none.

Source: W3C Trace Context, section 3.2.
"""

from __future__ import annotations

import re

from gateway.http.messages import Request

TRACEPARENT = b"traceparent"

_FORM = re.compile(
    rb"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}(?P<more>-.*)?"
)


def trace_of(request: Request) -> str | None:
    """Return the id of the trace, or None."""
    given = request.header(TRACEPARENT)
    found = None if given is None else _FORM.fullmatch(given)
    if found is None or found["version"] == b"ff" or (found["version"] == b"00" and found["more"]):
        return None
    is_one = found["trace"].strip(b"0") and found["parent"].strip(b"0")
    return found["trace"].decode() if is_one else None

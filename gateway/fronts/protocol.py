"""uvicorn's HTTP protocol, exact where uvicorn is not: the target as it was sent, the head without its trailers."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.http.messages import first_header

# Where the scope holds the request target: `raw_path` and `query_string` lack an empty query and the authority of an
# absolute form.
TARGET = "evs_gateway.target"


class ExactProtocol(HttpToolsProtocol):
    """Tells the app the target byte for byte, and drops trailers, which uvicorn would append to the headers."""

    def on_headers_complete(self) -> None:
        """Start the app with the head as it is now; later fields go to a list that nobody reads.

        The parser takes an offer to upgrade for the end of the message and would lose its body; no client we know
        offers that with a body, so it is refused. An offer without a body is ignored (RFC 9110, section 7.8).
        Errors: 400 to the client.
        """
        if self.parser.should_upgrade() and self._announces_body():
            raise ValueError("an upgrade with a body")
        self.scope[TARGET] = self.url  # type: ignore[literal-required]
        super().on_headers_complete()
        self.headers = []

    def _announces_body(self) -> bool:
        headers = tuple(self.headers)
        length = first_header(headers, b"content-length") or b"0"
        return length.strip(b"0") != b"" or first_header(headers, b"transfer-encoding") is not None

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: uvicorn would advise to install a library for WebSockets."""

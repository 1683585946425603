"""uvicorn's HTTP protocol, exact where uvicorn is not: the target as it was sent, the head without its trailers."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Where the scope holds the request target: `raw_path` and `query_string` lack an empty query and the authority of an
# absolute form.
TARGET = "evs_gateway.target"


class ExactProtocol(HttpToolsProtocol):
    """Tells the app the target byte for byte, and drops trailers, which uvicorn would append to the headers."""

    def on_headers_complete(self) -> None:
        """Start the app with the head as it is now; later fields go to a list that nobody reads."""
        self.scope[TARGET] = self.url  # type: ignore[literal-required]
        super().on_headers_complete()
        self.headers = []

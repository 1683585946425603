"""The cloud of the scenarios: a function from a request to a response on a real socket, which remembers who asked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from gateway.http.messages import Header, Request, Response
from gateway.simulator.engine import Cloud
from gateway.simulator.state import Rules, State

from .clock import Clock

Answerer = Callable[[Request], Response]
JSON: Header = (b"content-type", b"application/json")
# Announced by the answerer: the body goes out in chunks of this size instead of with a length.
CHUNKED: Header = (b"transfer-encoding", b"chunked")
CHUNK_BYTES = 7


@dataclass(slots=True)
class Origin:
    """A cloud that listens at `url`; `asked` is every request that reached it."""

    url: str
    asked: list[Request] = field(default_factory=list)


def simulated(clock: Clock, settle_s: float = 4.0, seed: str = "scenarios") -> Answerer:
    """Return the simulated cloud, living by a test's clock."""
    cloud = Cloud(State(Rules(settle_s, seed)))
    return lambda request: cloud.answer(request, clock())


def told(body: object, status: int = 200, *headers: Header) -> Response:
    """Return a JSON answer."""
    return Response(status, (JSON, *headers), json.dumps(body).encode())


@contextlib.contextmanager
def origin(answer: Answerer) -> Iterator[Origin]:
    """Serve a cloud on a free port of loopback while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Origin(f"http://127.0.0.1:{server.server_port}")
    server.answer, server.asked = answer, served.asked  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer leaves in one segment, or the other side's delayed acknowledgement costs 40 ms.
    wbufsize = -1

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = tuple(
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()
        )
        request = Request(self.command, self.path.encode("latin-1"), headers, body)
        self.server.asked.append(request)  # type: ignore[attr-defined]
        self._write(self.server.answer(request))  # type: ignore[attr-defined]

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve  # noqa: N815 - names of the library's

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            if name == b"content-length":
                continue
            self.send_header(name.decode("latin-1"), value.decode("latin-1"))
        if CHUNKED in response.headers:
            self.end_headers()
            self.wfile.write(_chunked(response.body))
        else:
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else response.body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


def _chunked(body: bytes) -> bytes:
    parts = [body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))

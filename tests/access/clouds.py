"""Clouds on real sockets that see requests as they came over the wire, and the gateway in front of them."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.http.messages import Request, Response
from gateway.simulator.engine import Cloud
from gateway.simulator.state import Rules, State
from tests.clients.harness import Server, started

from .signers import AK, PROJECT, SK, sdk_agrees

OWN = ("AKGATEWAY00000000001", "sk-of-the-gateway-itself")
Answer = Callable[[Request], Response]


@dataclass
class Listening:
    """A cloud that listens: where, and what it has heard."""

    url: str
    heard: list[Request] = field(default_factory=list)

    @property
    def host(self) -> bytes:
        return self.url.removeprefix("http://").encode()

    def asked(self, method: str, path: bytes) -> int:
        return sum((request.method, request.path) == (method, path) for request in self.heard)


@contextlib.contextmanager
def listening(answer: Answer) -> Iterator[Listening]:
    """Serve answers on a free port, one at a time."""
    lock = threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while (request := _read(self.rfile)) is not None:
                with lock:
                    cloud.heard.append(request)
                    response = answer(request)
                self.wfile.write(_written(response))

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

    with Threads(("127.0.0.1", 0), Handler) as server:
        cloud = Listening(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield cloud
        finally:
            server.shutdown()
            thread.join()


def _read(stream: Any) -> Request | None:
    line = stream.readline()
    if not line:
        return None
    method, target, _ = line.split(b" ")
    headers = []
    while (line := stream.readline().rstrip(b"\r\n")) != b"":
        name, _, value = line.partition(b":")
        headers.append((name.strip().lower(), value.strip()))
    length = int(dict(headers).get(b"content-length", b"0"))
    return Request(method.decode(), target, tuple(headers), stream.read(length))


def _written(response: Response) -> bytes:
    kept = [header for header in response.headers if header[0] != b"content-length"]
    lines = [b"HTTP/1.1 %d Said" % response.status, *(name + b": " + value for name, value in kept)]
    return b"\r\n".join((*lines, b"content-length: %d" % len(response.body), b"", response.body))


def simulated() -> Answer:
    """Return a simulated cloud."""
    cloud = Cloud(State(Rules(0.02)))
    return lambda request: cloud.answer(request, time.time())


def verifying(credentials: tuple[str, str], then: Answer) -> Answer:
    """Return a cloud that lets in only what the vendor's own signer signs in the same way, with one Host."""

    def answer(request: Request) -> Response:
        hosts = [value for name, value in request.headers if name == b"host"]
        if len(hosts) == 1 and sdk_agrees(request, credentials):
            return then(request)
        return Response(401, ((b"content-type", b"application/json"),), b'{"error_code": "APIGW.0301"}')

    return answer


def private(path: Path, content: dict[str, Any]) -> Path:
    """Write a file of credentials that only its owner may read."""
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    return path


def keys_file(folder: Path) -> Path:
    who = {"user_id": "u-alice", "user_name": "alice", "domain_id": "d1", "project_id": PROJECT}
    return private(folder / "keys.json", {AK: {"sk": SK, **who}})


def own_key_file(folder: Path) -> Path:
    return private(folder / "own.json", {OWN[0]: {"sk": OWN[1]}})


def gateway(
    folder: Path, identity: dict[str, Any], evs: str | None, iam: str | None = None, *more: str
) -> contextlib.AbstractContextManager[Server]:
    """Start a gateway with an identity section, in front of a cloud or of its own simulator."""
    rows = [
        f"{name} = {json.dumps(value if isinstance(value, list) else str(value))}" for name, value in identity.items()
    ]
    config = folder / "gateway.toml"
    config.write_text("\n".join(("[identity]", *rows)))
    ups = ("--upstream", evs, "--iam-upstream", iam or evs) if evs else ("--mode", "simulate")
    listen = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", str(folder / "data"))
    return started(folder, "serve", "--config", str(config), *ups, *listen, *more)


def sent(url: str, request: Request) -> int:
    """Send a request byte for byte and return the status of its answer."""
    host, port = url.removeprefix("http://").split(":")
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.target)]
    lines += [name + b": " + value for name, value in request.headers]
    lines += [b"content-length: %d" % len(request.body), b"connection: close", b"", request.body]
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b"\r\n".join(lines))
        return int(connection.makefile("rb").readline().split(b" ")[1])

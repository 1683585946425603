from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gateway.cli.asking import ask
from gateway.errors import RunError

ANSWERS = {
    "/told": (200, b'{"done": true}'),
    "/refused": (409, b'{"error": "not now"}'),
    "/foreign": (404, b"<html>"),
    "/other": (404, b"[]"),
    "/broken": (200, b"<html>"),
}


class Handler(BaseHTTPRequestHandler):
    def do_DELETE(self) -> None:
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


def test_what_is_said_is_returned(server: str) -> None:
    assert ask("DELETE", f"{server}/told") == {"done": True}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/refused", r"the gateway did not do it \(not now\)"),
        ("/foreign", r"the gateway did not do it \(HTTP 404\)"),
        ("/other", r"the gateway did not do it \(HTTP 404\)"),
        ("/broken", "no gateway answers there"),
    ],
)
def test_what_was_not_done_is_said_with_the_address(path: str, said: str, server: str) -> None:
    with pytest.raises(RunError, match=f"{server}{path}: {said}"):
        ask("DELETE", f"{server}{path}")

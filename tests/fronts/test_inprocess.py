import asyncio
from typing import Any

import pytest

from gateway.fronts.inprocess import AsgiUpstream
from gateway.http.messages import Request, Response


async def mirror(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    seen = (scope["method"], scope["path"], scope["raw_path"], scope["query_string"], scope["headers"], body)
    await send({"type": "http.response.start", "status": 202, "headers": [(b"x-a", b"b")]})
    await send({"type": "http.response.body", "body": repr(seen).encode(), "more_body": True})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize(
    ("method", "body"),
    [("PUT", b"('PUT', '/v2/a/b', b'/v2/a%2fb', b'c=d', [(b'host', b'gw')], b'{}')"), ("HEAD", b"")],
)
def test_an_app_is_asked_without_a_socket(method: str, body: bytes) -> None:
    async def work() -> Response:
        upstream = AsgiUpstream(mirror)
        answer = await upstream.send(Request(method, b"/v2/a%2fb?c=d", ((b"host", b"gw"),), b"{}"))
        await upstream.close()
        return answer

    assert asyncio.run(work()) == Response(202, ((b"x-a", b"b"),), body)

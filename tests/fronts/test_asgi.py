import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import StoreFullError
from gateway.faults.declared import FaultSettings
from gateway.faults.overlay import Overlay
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.protocol import TARGET
from gateway.http.admission import MAX_BODY_BYTES
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import PASSTHROUGH, RECORD, Mode
from gateway.pipeline import Pipeline, Rules
from gateway.seams import FailureKind, Service, UpstreamFailure

PROJECT = "5dd0b0056f3d47b6ab4121667d35621a"
DISKS = f"/v2/{PROJECT}/cloudvolumes"
CREATE = {"volume": {"size": 10, "availability_zone": "az-dc-1", "volume_type": "SSD", "name": "a"}}
JSON = ((b"content-type", b"application/json"),)


class Cloud:
    """An upstream that says one thing and keeps what it heard."""

    def __init__(self, outcome: Response | UpstreamFailure) -> None:
        self.outcome = outcome
        self.heard: list[Request] = []

    async def send(self, request: Request) -> Response | UpstreamFailure:
        self.heard.append(request)
        return self.outcome

    async def close(self) -> None: ...


class Kept:
    """A keeper in memory, which tells the order of things; full after `room` records."""

    def __init__(self, room: int = 100) -> None:
        self.room = room
        self.story: list[str] = []
        self.exchanges: list[Exchange] = []

    async def intend(self, request: Request) -> int:
        self._take(f"intend {request.method}")
        return 7

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        self._take(f"append {exchange.operation} {intent}")
        self.exchanges.append(exchange)

    async def withdraw(self, intent: int) -> None:
        self._take(f"withdraw {intent}")

    def _take(self, what: str) -> None:
        if len(self.story) == self.room:
            raise StoreFullError("disk full")
        self.story.append(what)


def gateway(cloud: Cloud, mode: Mode = PASSTHROUGH, keeper: Kept | None = None) -> Gateway:
    ticks = iter(range(1000, 2000))
    pipeline = Pipeline(CATALOGUE, Rules(mode=mode), Redactor(b"key"), Links(()))
    return Gateway(Core(pipeline, {Service.EVS: cloud}, keeper, lambda: float(next(ticks)), lambda: "minted"))


def ask(app: Gateway, method: str, path: str, **more: Any) -> httpx.Response:
    async def work() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 4000))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://gw:8776") as client:
            return await client.request(method, path, **more)

    return asyncio.run(work())


def test_a_request_goes_up_and_its_answer_comes_back() -> None:
    cloud = Cloud(Response(404, ((b"content-type", b"text/html"), (b"x-odd", b"\xe9")), b"<html>"))
    headers = {"x-a": "b", "content-type": "text/plain"}
    answer = ask(gateway(cloud), "PUT", f"/v2/{PROJECT}/elsewhere?a=%20&b=", content=b"x", headers=headers)
    sent = cloud.heard[0]
    assert (sent.method, sent.target, sent.body) == ("PUT", f"/v2/{PROJECT}/elsewhere?a=%20&b=".encode(), b"x")
    assert (sent.header(b"x-a"), sent.scheme, sent.connection) == (b"b", "http", "127.0.0.1:4000")
    assert (answer.status_code, answer.content) == (404, b"<html>")
    assert answer.headers.raw == [
        (b"content-type", b"text/html"),
        (b"x-odd", b"\xe9"),
        (b"x-request-id", b"minted"),
        (b"content-length", b"6"),
    ]


@pytest.mark.parametrize(
    ("given", "named"), [("req-1.2_3", "req-1.2_3"), ("a b", "minted"), ("x" * 129, "minted"), ("", "minted")]
)
def test_a_request_id_is_accepted_when_well_formed(given: str, named: str) -> None:
    answer = ask(gateway(Cloud(Response(200))), "GET", "/", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == named


def test_the_clouds_own_request_id_stays() -> None:
    cloud = Cloud(Response(200, ((b"x-request-id", b"cloud"),)))
    assert ask(gateway(cloud), "GET", "/").headers["x-request-id"] == "cloud"


@pytest.mark.parametrize(
    ("method", "response", "length"),
    [
        ("HEAD", Response(200, ((b"content-length", b"9"),)), "9"),
        ("GET", Response(204, ((b"content-length", b"0"),)), None),
        ("GET", Response(304, ((b"content-length", b"9"),)), None),
        ("DELETE", Response(202), "0"),
        ("GET", Response(200, ((b"content-length", b"9"),), b"{}"), "2"),
    ],
)
def test_the_length_is_right_in_every_answer(method: str, response: Response, length: str | None) -> None:
    answer = ask(gateway(Cloud(response)), method, "/")
    assert answer.headers.get("content-length") == length
    assert answer.content == (b"" if method == "HEAD" else response.body)


def test_an_exchange_is_kept_before_its_answer() -> None:
    cloud, keeper = Cloud(Response(200, JSON, b'{"job_id": "1"}')), Kept()
    answer = ask(gateway(cloud, RECORD, keeper), "POST", DISKS, json=CREATE)
    assert answer.json() == {"job_id": "1"}
    assert keeper.story == ["intend POST", "append evs_create_volumes 7"]
    assert (keeper.exchanges[0].started_at, keeper.exchanges[0].completed_at) == (1000.0, 1002.0)


def test_a_read_is_kept_without_a_note() -> None:
    keeper = Kept()
    ask(gateway(Cloud(Response(200, JSON, b"{}")), RECORD, keeper), "GET", f"{DISKS}/detail")
    assert keeper.story == ["append evs_list_volumes_detail None"]


def test_a_write_that_cannot_be_noted_is_not_sent() -> None:
    cloud = Cloud(Response(200))
    answer = ask(gateway(cloud, RECORD, Kept(room=0)), "POST", DISKS, json=CREATE)
    assert (answer.status_code, answer.json()["error"]["code"], cloud.heard) == (503, "EVS.5503", [])


def test_an_exchange_that_cannot_be_kept_is_not_answered() -> None:
    cloud = Cloud(Response(200, JSON, b"{}"))
    assert ask(gateway(cloud, RECORD, Kept(room=0)), "GET", f"{DISKS}/detail").status_code == 503


@pytest.mark.parametrize(
    ("kind", "story"),
    [(FailureKind.REFUSED, ["intend POST", "withdraw 7"]), (FailureKind.CUT_OFF, ["intend POST"])],
)
def test_the_note_of_a_request_that_never_left_is_taken_back(kind: FailureKind, story: list[str]) -> None:
    keeper = Kept()
    answer = ask(gateway(Cloud(UpstreamFailure(kind, "why")), RECORD, keeper), "POST", DISKS, json=CREATE)
    assert (answer.status_code, keeper.story) == (502, story)
    assert f"error={kind.value}" in answer.headers["proxy-status"]


def test_a_service_without_upstream_is_a_bad_gateway() -> None:
    answer = ask(gateway(Cloud(Response(200))), "GET", "/v3/projects")
    assert answer.status_code == 502
    assert "no upstream is configured for iam" in answer.headers["proxy-status"]


def test_a_body_announced_over_the_bound_is_refused_unread() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("nothing of it is read")
        yield b""

    cloud = Cloud(Response(200))
    headers = {"content-length": str(MAX_BODY_BYTES + 1)}
    assert ask(gateway(cloud), "POST", DISKS, content=never(), headers=headers).status_code == 413
    assert cloud.heard == []


def test_a_body_over_the_bound_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 1024 * 1024

    assert ask(gateway(Cloud(Response(200))), "POST", DISKS, content=endless()).status_code == 413
    assert read == 13


# What only a server does, spoken directly.

Event = MutableMapping[str, Any]


def scope(**more: Any) -> Event:
    plain = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "client": None, "headers": []}
    return {**plain, "raw_path": b"/", "query_string": b"", **more}


def speak(app: Gateway, scope: Event, *events: Event) -> list[Event]:
    """Call the app once with these events and return what it sent."""
    told, sent = list(events), []

    async def receive() -> Event:
        return told.pop(0)

    async def send(event: Event) -> None:
        sent.append(event)

    asyncio.run(app(scope, receive, send))
    return sent


def test_the_exact_target_of_our_server_is_taken() -> None:
    cloud = Cloud(Response(200))
    speak(gateway(cloud), scope(**{TARGET: b"/?", "client": ("::1", 1)}))
    assert (cloud.heard[0].target, cloud.heard[0].connection) == (b"/?", "::1:1")


def test_a_bodiless_request_costs_no_receive_in_http_1() -> None:
    assert speak(gateway(Cloud(Response(200))), scope())[0]["status"] == 200


def test_http_2_announces_no_body() -> None:
    cloud = Cloud(Response(200))
    body = {"type": "http.request", "body": b"{}", "more_body": False}
    speak(gateway(cloud), scope(http_version="2", method="PUT", raw_path=b"/v2/p/elsewhere"), body)
    assert cloud.heard[0].body == b"{}"


def test_a_client_that_leaves_in_its_body_is_forgotten() -> None:
    cloud = Cloud(Response(200))
    request = scope(method="PUT", headers=[(b"content-length", b"9")])
    part = {"type": "http.request", "body": b"x", "more_body": True}
    assert speak(gateway(cloud), request, part, {"type": "http.disconnect"}) == []
    assert cloud.heard == []


def test_the_life_of_the_server_is_acknowledged() -> None:
    events = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    assert speak(gateway(Cloud(Response(200))), {"type": "lifespan"}, *events) == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


def test_a_websocket_is_refused() -> None:
    sent = speak(gateway(Cloud(Response(200))), {"type": "websocket"})
    assert sent == [{"type": "websocket.close", "code": 1003}]


def test_an_answer_suffers_its_mishap() -> None:
    """Another server than ours breaks no connection: it says the answer that stands in for that."""
    overlay = Overlay([FaultSettings(name="gone", reset=True)])
    pipeline = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()), overlay=overlay)
    app = Gateway(Core(pipeline, {}, None, lambda: 1000.0, lambda: "minted"))
    answer = ask(app, "GET", f"/v2/{PROJECT}/volumes/v")
    assert (answer.status_code, answer.headers["x-evs-gateway-fault"]) == (502, "gone")

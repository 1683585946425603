"""Recordings for the tests of replay: a client that records from a cloud or is played to from a recording.

A cloud is a function from a request and a time to a response: the simulator, or a script of answers. The client does
not know which side answers it, so one life runs against both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gateway.cassette.credentials import credential_class
from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.leaves import parsed
from gateway.cassette.player import Hit, Miss, Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request, Response
from gateway.simulator.engine import Cloud
from gateway.simulator.state import Rules, State

P1 = "40acc331ac784f34842ba4f08ff2be48"
P2 = "5f0e5a9e1b2c4d6f8a7b9c0d1e2f3a4b"
Answerer = Callable[[Request], Response]


def identify(request: Request) -> Match | Unmatched:
    return CATALOGUE.identify(request.method, request.path, request.query, parsed(request.body))


def cloud(settle_s: float = 2.5, seed: str = "tests") -> Callable[[Request, float], Response]:
    """Return a simulated cloud that needs some seconds for every change of state."""
    return Cloud(State(Rules(settle_s, seed))).answer


@dataclass
class Script:
    """A cloud that gives prepared answers in order."""

    answers: list[Response]

    def __call__(self, request: Request, at: float) -> Response:
        return self.answers.pop(0)


@dataclass
class Recorder:
    """Answers from a cloud and keeps every exchange, redacted. Each request takes a second."""

    source: Callable[[Request, float], Response] = field(default_factory=cloud)
    now: float = 1_700_000_000.0
    exchanges: list[Exchange] = field(default_factory=list)
    redactor: Redactor = field(default_factory=lambda: Redactor(b"key"))

    def answer(self, request: Request) -> Response:
        started = self.now
        self.now += 1
        response = self.source(request, started)
        identified = identify(request)
        operation = identified.operation if isinstance(identified, Match) else None
        kept = self.redactor.redact(request, response, operation)
        self.exchanges.append(
            Exchange(
                operation.id if operation else UNDOCUMENTED,
                kept.request,
                kept.response,
                started,
                started + 0.5,
                credential_class(request),
                kept.rules,
                seq=len(self.exchanges) + 1,
            )
        )
        return response


@dataclass
class Playing:
    """Answers from a recording, in one scope. Keeps hits and misses; a miss is a 424."""

    player: Player
    scope: str = ""
    now: float = 0.0
    hits: list[Hit] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        self.now += 1
        played = self.player.play(self.scope, request, identify(request), credential_class(request), self.now)
        if isinstance(played, Hit):
            self.hits.append(played)
            return played.response
        self.misses.append(played)
        return Response(424, (), json.dumps(played.report).encode())


@dataclass(frozen=True)
class Answer:
    status: int
    response: Response

    @property
    def body(self) -> Any:
        return parsed(self.response.body)


@dataclass
class Client:
    """A client of one project, on one connection, with one token."""

    answer: Answerer
    project: str = P1
    connection: str = "c1"
    token: str = "token-1"
    agent: str = ""
    steps: list[tuple[str, str, int]] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: object = None) -> Answer:
        """Send one request; `{p}` in a path is the project, an absolute link is followed as it stands."""
        url = urlsplit(path.replace("{p}", self.project))
        target = url.path + (f"?{url.query}" if url.query else "")
        headers = [(b"host", b"gateway.test")]
        if self.token:
            headers.append((b"x-auth-token", self.token.encode()))
        if self.agent:
            headers.append((b"user-agent", self.agent.encode()))
        if body is not None:
            headers.append((b"content-type", b"application/json"))
        raw = b"" if body is None else json.dumps(body).encode()
        request = Request(method, target.encode(), tuple(headers), raw, "http", self.connection)
        response = self.answer(request)
        self.steps.append((method, path.partition("/v2")[2][:60], response.status))
        return Answer(response.status, response)

    def until(self, path: str, wanted: str | int) -> Answer:
        """Poll until a thing has a status, or the wanted status code."""
        for _ in range(20):
            answer = self("GET", path)
            if answer.status == 424:
                raise AssertionError(answer.body)
            if wanted in (answer.status, _status_of(answer.body)):
                return answer
        raise AssertionError((path, wanted, answer))

    def create(self, name: str = "disk", **more: object) -> str:
        volume = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1", **more}
        answer = self("POST", "/v2/{p}/volumes", {"volume": volume})
        assert answer.status == 202, answer
        return str(answer.body["volume"]["id"])


def _status_of(body: Any) -> object:
    thing = body if "status" in body else next(iter(body.values()))
    return thing.get("status")


def recorded(life: Callable[[Client], object], **client: Any) -> list[Exchange]:
    """Return the recording of one client's life on a fresh simulated cloud."""
    recorder = Recorder()
    life(Client(recorder.answer, **client))
    return recorder.exchanges


def playing(exchanges: list[Exchange], scope: str = "") -> Playing:
    return Playing(Player(MemoryIndex(exchanges, CATALOGUE)), scope)


def replayed(exchanges: list[Exchange], life: Callable[[Client], object], **client: Any) -> Playing:
    """Run a life against a recording and return what was played; the life's own assertions judge it."""
    player = playing(exchanges)
    life(Client(player.answer, **client))
    return player

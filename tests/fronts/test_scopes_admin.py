"""The scopes of a gateway on its admin side, over sockets: every scope replays one recording by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.journal import Alone
from gateway.cassette.player import Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import StoreError
from gateway.fronts.admin import admin
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.doors import Doors
from gateway.fronts.scopes import Scopes
from gateway.fronts.scopes_admin import scope_routes
from gateway.fronts.serving import bind
from gateway.http.links import Links
from gateway.modes import REPLAY
from gateway.pipeline import Pipeline, Rules
from tests.cassette.recordings import Client, Playing, playing, recorded

PROJECT = "e57e57e57e57e57e57e57e57e57e57e5"
DISK = {"volume": {"name": "disk", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}}


def life(client: Client) -> None:
    client.create()
    client("GET", "/v2/{p}/types")


RECORDING = recorded(life)
CREATED = {"seq": 1, "operation": "cinder_create_volume", "method": "POST", "target": "/v2/{project_id}/volumes"}
TYPES = {"seq": 2, "operation": "cinder_list_volume_types", "method": "GET", "target": "/v2/{project_id}/types"}
UNUSED = {
    "hits": 0,
    "approximate": 0,
    "used": [],
    "used_count": 0,
    "unused": [CREATED, TYPES],
    "unused_count": 2,
    "misses": [],
    "miss_count": 0,
}
CREATION_USED = {**UNUSED, "hits": 1, "used": [[1, 1]], "used_count": 1, "unused": [TYPES], "unused_count": 1}


@dataclass
class Served:
    """A gateway that replays, asked on its admin side and at the doors of its scopes."""

    player: Player | None
    scopes: Scopes
    client: httpx.AsyncClient
    seen: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = await self.client.request(method, path, content=sent, headers=headers)
        return answer.status_code, answer.json()

    async def open(self, name: str) -> str:
        status, opened = await self.ask("POST", "/scopes", {"name": name})
        assert status == 201, opened
        return str(opened["url"])

    async def create(self, url: str, **headers: str) -> str:
        """Create a disk at a door, and return its id or the kind of the miss."""
        async with httpx.AsyncClient(trust_env=False) as client:
            path = f"{url}/v2/{PROJECT}/volumes"
            answer = await client.post(path, json=DISK, headers={"X-Auth-Token": "t", **headers})
        body = answer.json()
        return body["volume"]["id"] if answer.status_code == 202 else body["failedDependency"]["miss"]["kind"]


def served(
    work: Callable[[Served], Awaitable[None]], *lasting: str, replays: bool = True, shared: bool = False
) -> None:
    async def run() -> None:
        player = playing(RECORDING).player if replays else None
        pipeline = Pipeline(CATALOGUE, Rules(REPLAY), Redactor(b"key"), Links(()), player)
        doors = Doors()

        def app(name: str) -> Gateway:
            return Gateway(Core(pipeline, {}, None, lambda: 1.0, lambda: "minted"), scope=name)

        with listening(lasting) as listeners:
            scopes = Scopes(player, doors, app, listeners, is_shared=shared)
            transport = httpx.ASGITransport(app=admin({}, scope_routes(scopes)))
            async with asyncio.TaskGroup() as group:
                doors.begin(group)
                async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
                    await work(Served(player, scopes, client))
                doors.stop()

    asyncio.run(run())


class Unkept(Alone):
    """The journal of a replay whose file cannot be used."""

    def turn(self, scope: str) -> Alone:
        raise StoreError(f"state: cannot be kept for {scope!r}")


async def ask_unkept(method: str, path: str) -> tuple[int, Any]:
    player = Player(MemoryIndex(RECORDING, CATALOGUE), journal=Unkept())
    app = admin({}, scope_routes(Scopes(player, Doors(), lambda _: None, {}, is_shared=True)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://admin") as client:
        answer = await client.request(method, path)
    return answer.status_code, answer.json()


def test_what_is_done_to_scopes_is_noted() -> None:
    noted: list[tuple[str, dict[str, Any]]] = []
    scopes = Scopes(playing(RECORDING).player, Doors(), lambda _: None, {}, is_shared=True)
    app = admin({}, scope_routes(scopes, lambda event, **facts: noted.append((event, facts))))

    async def work() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://admin") as client:
            await client.get("/scopes")
            await client.post("/scopes/default/reset")
            await client.delete("/scopes/nobody")

    asyncio.run(work())
    assert noted == [
        ("scope", {"method": "POST", "path": "/scopes/default/reset", "status": 200}),
        ("scope", {"method": "DELETE", "path": "/scopes/nobody", "status": 404}),
    ]


@contextlib.contextmanager
def listening(names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(contextlib.closing(bind("127.0.0.1:0"))) for name in names}


def test_a_scope_is_opened_used_told_and_closed() -> None:
    async def work(served: Served) -> None:
        url = await served.open("one")
        await served.create(url)
        assert await served.ask("GET", "/scopes") == (200, {"scopes": [{"name": "one", "url": url}]})
        told = {"name": "one", "url": url, **CREATION_USED}
        assert await served.ask("GET", "/scopes/one") == (200, told)
        assert await served.ask("DELETE", "/scopes/one") == (200, told)
        assert await served.ask("GET", "/scopes") == (200, {"scopes": []})
        with pytest.raises(httpx.ConnectError):
            await served.create(url)

    served(work)


def test_scopes_replay_one_recording_each_by_itself() -> None:
    async def work(served: Served) -> None:
        urls = [await served.open(name) for name in ("one", "two")]
        ids = [await served.create(url) for url in urls]
        assert len(set(ids)) == 2
        assert await served.create(urls[0], **{"X-EVS-Gateway-Scope": "other"}) != ids[0]
        assert [report.name for report in served.scopes.ended()] == ["one", "two"]

    served(work)


def test_a_scope_that_has_no_listener_is_there_once_something_was_asked_in_it() -> None:
    async def work(served: Served) -> None:
        await served.open("one")
        assert served.player is not None
        Client(Playing(served.player, "a/b").answer).create()
        assert [scope["name"] for scope in (await served.ask("GET", "/scopes"))[1]["scopes"]] == ["one", "a/b"]
        assert (await served.ask("GET", "/scopes/a%2Fb"))[1] == {"name": "a/b", **CREATION_USED}

    served(work)


def test_a_reset_begins_with_nothing_used_and_tells_what_was() -> None:
    async def work(served: Served) -> None:
        url = await served.open("one")
        first = await served.create(url)
        assert await served.ask("POST", "/scopes/one/reset") == (200, {"name": "one", "url": url, **CREATION_USED})
        assert await served.ask("GET", "/scopes/one") == (200, {"name": "one", "url": url, **UNUSED})
        assert await served.create(url) == first

    served(work)


def test_a_rewind_counts_on_with_new_ids() -> None:
    async def work(served: Served) -> None:
        url = await served.open("one")
        first = await served.create(url)
        assert await served.ask("POST", "/scopes/one/rewind") == (200, {"name": "one", "url": url, **CREATION_USED})
        assert await served.create(url) != first
        assert (await served.ask("GET", "/scopes/one"))[1]["hits"] == 2

    served(work)


def test_all_that_ended_is_told_at_the_end_and_what_any_used_was_used() -> None:
    async def work(served: Served) -> None:
        await served.create(await served.open("one"))
        await served.ask("DELETE", "/scopes/one")
        await served.create(await served.open("two"))
        await served.open("idle")
        await served.ask("DELETE", "/scopes/idle")
        assert [report.name for report in served.scopes.ended()] == ["one", "two"]
        overall = served.scopes.overall()
        assert overall is not None
        assert (overall.hits, overall.used, overall.unused_count) == (2, 1, 1)

    served(work)


def test_a_scope_without_a_name_gets_a_free_number() -> None:
    async def work(served: Served) -> None:
        await served.open("2")
        opened = [(await served.ask("POST", "/scopes", body))[1]["name"] for body in (None, {})]
        assert opened == ["1", "3"]

    served(work)


def test_scopes_that_are_opened_at_once_have_names_of_their_own() -> None:
    async def work(served: Served) -> None:
        answers = await asyncio.gather(*(served.ask("POST", "/scopes") for _ in range(4)))
        assert {opened["name"]: opened["url"] for _, opened in answers} == served.scopes.urls
        assert sorted(served.scopes.urls) == ["1", "2", "3", "4"]
        twice = await asyncio.gather(*(served.ask("POST", "/scopes", {"name": "one"}) for _ in range(2)))
        assert [status for status, _ in twice] == [201, 409]

    served(work)


def test_trouble_with_the_shared_state_is_said_in_words() -> None:
    said = {"error": "state: cannot be kept for 'one'"}
    assert asyncio.run(ask_unkept("POST", "/scopes/one/rewind")) == (503, said)


def test_listeners_from_the_start_stay() -> None:
    async def work(served: Served) -> None:
        status, told = await served.ask("DELETE", "/scopes/1")
        assert (status, "is there from the start and stays" in told["error"]) == (409, True)
        assert (await served.ask("GET", "/scopes/1"))[1] == {"name": "1", "url": served.scopes.urls["1"], **UNUSED}

    served(work, "1")


def test_scopes_with_listeners_are_remembered_however_many_others_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cassette.player.MOST_SCOPES", 3)

    async def work(served: Served) -> None:
        player = served.player
        assert player is not None
        await served.open("one")
        for name in ("1", "one", "a", "b", "c"):
            Client(Playing(player, name).answer).create()
        assert player.scopes() == ("1", "c", "one")
        await served.ask("DELETE", "/scopes/one")
        Client(Playing(player, "d").answer).create()
        Client(Playing(player, "e").answer).create()
        assert player.scopes() == ("1", "d", "e")

    served(work, "1")


def test_where_several_processes_answer_none_is_opened() -> None:
    async def work(served: Served) -> None:
        status, told = await served.ask("POST", "/scopes")
        assert (status, "with --scopes N" in told["error"]) == (409, True)

    served(work, "1", shared=True)


def test_where_nothing_is_replayed_there_are_listeners_only() -> None:
    async def work(served: Served) -> None:
        url = await served.open("one")
        assert await served.ask("GET", "/scopes/one") == (200, {"name": "one", "url": url})
        for word in ("reset", "rewind"):
            status, told = await served.ask("POST", f"/scopes/one/{word}")
            assert (status, told["error"][:28]) == (409, "nothing is replayed here: th")
        assert await served.ask("DELETE", "/scopes/one") == (200, {"name": "one", "url": url})
        assert (served.scopes.ended(), served.scopes.overall()) == ((), None)

    served(work, replays=False)


def test_the_default_scope_is_there_for_whoever_asks() -> None:
    async def work(served: Served) -> None:
        assert await served.ask("GET", "/scopes/default") == (200, {"name": "default", **UNUSED})

    served(work)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/scopes/none", None, 404, "no scope 'none'; there are one"),
        (
            "DELETE",
            "/scopes/none",
            None,
            404,
            "no listener was opened for a scope 'none'; opened, and not closed yet: one",
        ),
        ("POST", "/scopes", {"name": "one"}, 409, "scope 'one' has a listener already: http://127.0.0.1:"),
        ("POST", "/scopes", {"name": "default"}, 400, "'default': expected a name of 1 to 64 letters"),
        ("POST", "/scopes", {"name": "a/b"}, 400, "'a/b': expected a name of 1 to 64 letters"),
        ("POST", "/scopes", {"listen": "nowhere"}, 400, "'nowhere': expected HOST:PORT to listen on"),
        ("POST", "/scopes", {"mode": "record"}, 400, "expected an object like"),
        ("POST", "/scopes", {"name": 1}, 400, "expected an object like"),
        ("POST", "/scopes", [], 400, "expected an object like"),
        ("POST", "/scopes", b"{", 400, "expected an object like"),
    ],
)
def test_what_cannot_be_is_said_in_words(method: str, path: str, body: Any, status: int, said: str) -> None:
    async def work(served: Served) -> None:
        await served.open("one")
        got, told = await served.ask(method, path, body)
        assert (got, told["error"][: len(said)]) == (status, said)

    served(work)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/scopes"), ("DELETE", "/scopes/1"), ("POST", "/scopes/1/reset"), ("POST", "/scopes/1/rewind")],
)
def test_a_web_page_changes_nothing(method: str, path: str) -> None:
    async def work(served: Served) -> None:
        assert await served.ask(method, path, origin="http://a") == (403, {"error": "a web page may not do this"})

    served(work)

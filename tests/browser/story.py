"""What the pages of the tests show: an hour of three people at one gateway, told to it in seconds.

Everything goes the usual way: real requests, a real cassette, a real audit trail, on a clock that the story moves.
Alice administers, Bob may only read, Carol operates; the cloud takes its time, and is busy for a while. Then the cloud
of another day is held against the hour, and the hour is replayed to people who ask for a little else, and to Mallory,
whose every word wants to be more than text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.errors import DifferenceError
from gateway.http.messages import Request, Response
from gateway.stores.credential_files import add_dev_token
from tests.browser import hostile
from tests.scenarios.client import PROJECT, Client, client
from tests.scenarios.clock import Clock
from tests.scenarios.gateways import gateway
from tests.scenarios.origin import Answerer, origin, simulated

POLICIES = Path(__file__).parents[2] / "policies"
# 2026-11-24T09:00:00Z, a Tuesday.
BEGINNING = 1_795_510_800.0
MINUTES = 60
UNKNOWN_ID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
_SETTINGS = """
[identity]
accept = ["dev"]
dev_tokens_file = "{tokens}"
upstream_token_file = "{own}"
[policies]
path = "{policies}"
"""
BUSY_FROM, BUSY_UNTIL = 24, 32
PEOPLE = {"alice": "evs-admin", "bob": "evs-reader", "carol": "evs-operator"}
# As in a bad quarter of an hour.
BUSY = {"name": "busy", "operation": "cinder_create_snapshot", "status": 503, "after": 3, "count": 4}


@dataclass(frozen=True, slots=True)
class Told:
    """Where the story was told: the data of its gateways, the cassette, the tokens by person, the settings file."""

    data: Path
    cassette: Path
    tokens: dict[str, str]
    settings: Path

    def headers(self, person: str) -> dict[str, str]:
        return {"X-Auth-Token": self.tokens[person], "User-Agent": f"{person}s-laptop/1.0"}


def tell(folder: Path) -> Told:
    """Tell the story to a gateway that records and to one that replays, and return where everything lies."""
    told = _settled(folder)
    clock = Clock(BEGINNING)
    sections = {**_sections(folder), "audit": {"trail": "on"}}
    with (
        origin(Slow(simulated(clock, settle_s=4.0, seed="story"), clock)) as cloud,
        gateway("record", told.cassette, cloud.url, clock, **sections, faults=(BUSY,)) as recorder,
        _people(recorder.endpoint, told, clock) as people,
    ):
        _hour(people, clock)
    clock.now = BEGINNING + MINUTES * 60
    with (
        suppress(DifferenceError),
        origin(Changed(simulated(clock, settle_s=0.0, seed="story"))) as cloud,
        gateway("verify", told.cassette, cloud.url, clock, **sections) as verifier,
        _people(verifier.endpoint, told, clock) as people,
    ):
        people["bob"]("GET", "/v2/{p}/types")
    with (
        gateway("replay", told.cassette, clock=clock, **sections) as player,
        _people(player.endpoint, told, clock) as people,
    ):
        _again(people, clock)
        hostile.send_all(player.endpoint, told.tokens["mallory"])
    return told


@dataclass(slots=True)
class Slow:
    """A cloud whose answers take a while on the clock: now and then a long one, and longer in the bad quarter."""

    answer: Answerer
    clock: Clock
    number: int = 0

    def __call__(self, request: Request) -> Response:
        self.number += 1
        bad = 4 if BUSY_FROM <= (self.clock.now - BEGINNING) // 60 < BUSY_UNTIL else 1
        self.clock.sleep(bad * (0.012 + 0.001 * (self.number * 7 % 13) + 0.09 * (self.number % 17 == 0)))
        return self.answer(request)


@dataclass(frozen=True, slots=True)
class Changed:
    """The cloud of another day: types have a member more and one less, and another is of another type."""

    answer: Answerer

    def __call__(self, request: Request) -> Response:
        response = self.answer(request)
        body = json.loads(response.body)
        for each in body.get("volume_types", ()):
            each["colour"] = "blue"
            each["id"] = 7
            del each["extra_specs"]
        return response.with_body(json.dumps(body).encode())


def _settled(folder: Path) -> Told:
    tokens = folder / "dev-tokens.toml"
    known = {
        person: add_dev_token(tokens, person, {"project_id": PROJECT, "user_name": person, "roles": [role]})
        for person, role in PEOPLE.items()
    }
    known["mallory"] = add_dev_token(
        tokens, "mallory", {"project_id": PROJECT, "user_name": hostile.PERSON, "roles": ["evs-operator"]}
    )
    own = folder / "own.token"
    own.write_text("MII-a-token-of-the-gateways-own")
    own.chmod(0o600)
    settings = folder / "settings.toml"
    settings.write_text(_SETTINGS.format(tokens=tokens, own=own, policies=POLICIES), "utf-8")
    return Told(folder / "data", folder / "life.cassette", known, settings)


def _sections(folder: Path) -> dict[str, Any]:
    identity = {
        "accept": ("dev",),
        "dev_tokens_file": folder / "dev-tokens.toml",
        "upstream_token_file": folder / "own.token",
    }
    return {"identity": identity, "policies": {"path": POLICIES}}


@contextmanager
def _people(url: str, told: Told, clock: Clock) -> Iterator[dict[str, Client]]:
    with (
        client(url, clock, **_underscored(told.headers("alice"))) as alice,
        client(url, clock, **_underscored(told.headers("bob"))) as bob,
        client(url, clock, **_underscored(told.headers("carol"))) as carol,
    ):
        yield {"alice": alice, "bob": bob, "carol": carol}


def _underscored(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


def _hour(people: dict[str, Client], clock: Clock) -> None:
    alice, bob, carol = people["alice"], people["bob"], people["carol"]
    bob("GET", "/v2/{p}/types")
    disks = [alice.create(name=f"data-{number}", size=10 + number) for number in range(3)]
    for minute in range(MINUTES):
        clock.now = BEGINNING + minute * 60
        _minute(minute, disks, alice, bob, carol)


def _minute(minute: int, disks: list[str], alice: Client, bob: Client, carol: Client) -> None:
    for _ in range(2 + minute % 3 + 4 * (20 <= minute < 30)):
        bob("GET", "/v2/{p}/volumes/detail")
    carol("GET", f"/v2/{{p}}/volumes/{disks[minute % 3]}")
    if minute % 6 == 2:
        bob("DELETE", f"/v2/{{p}}/volumes/{disks[0]}")
    if minute % 9 == 4:
        _ordered(carol, size=99_999)
    if BUSY_FROM <= minute < BUSY_UNTIL:
        carol("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": disks[1], "name": f"nightly-{minute}"}})
    if minute % 15 == 14:
        alice("GET", f"/v2/{{p}}/volumes/{UNKNOWN_ID}")


def _again(people: dict[str, Client], clock: Clock) -> None:
    """Replay: what was recorded, and what was not."""
    people["alice"].create(name="data-0", size=10)
    people["bob"]("GET", "/v2/{p}/volumes/detail")
    people["bob"]("GET", "/v2/{p}/volumes/detail?limit=7")
    _ordered(people["carol"], size=777)


def _ordered(person: Client, size: int) -> httpx.Response:
    volume = {"name": "too-big", "size": size, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    return person("POST", "/v2/{p}/volumes", {"volume": volume})

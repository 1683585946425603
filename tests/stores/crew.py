"""Players that share their scopes, and a life that a client leads with all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from gateway.stores.postgres.replay_state import StoreJournal
from gateway.stores.replay_state import SharedJournal
from tests.cassette.recordings import Playing, recorded


def born(client, name="disk"):
    return client.create(name, metadata={"of": name, "password": "hidden"})


def life(client, name="disk"):
    """Live with disks, snapshots, names, secrets and a token of its own, and look at everything on the way."""
    client.token = ""
    body = {"auth": {"identity": {"methods": ["password"]}, "scope": {"project": {"name": "p"}}}}
    issued = client("POST", "/v3/auth/tokens", body)
    client.token = issued.response.header(b"x-subject-token").decode()
    client.project = issued.body["token"]["project"]["id"]
    volume = born(client, name)
    here = f"/v2/{{p}}/volumes/{volume}"
    client.until(here, "available")
    assert client("GET", f"/v2/{{p}}/volumes?name={name}").body["volumes"][0]["id"] == volume
    snapshot = client("POST", "/v2/{p}/snapshots", {"snapshot": {"volume_id": volume, "name": f"{name}-s"}})
    there = f"/v2/{{p}}/snapshots/{snapshot.body['snapshot']['id']}"
    assert client.until(there, "available").body["snapshot"]["name"] == f"{name}-s"
    assert client("DELETE", there).status == 202
    client.until(there, 404)
    transfer = client("POST", "/v2/{p}/os-volume-transfer", {"transfer": {"volume_id": volume, "name": "t"}})
    accept = {"accept": {"auth_key": transfer.body["transfer"]["auth_key"]}}
    place = f"/v2/{{p}}/os-volume-transfer/{transfer.body['transfer']['id']}/accept"
    assert client("POST", place, accept).status == 202
    client("DELETE", here)
    client.until(here, 404)
    assert client("GET", "/v2/{p}/volumes/detail").body["volumes"] == []


RECORDING = recorded(life)
INDEX = MemoryIndex(RECORDING, CATALOGUE)


def opened(place, recording="recording"):
    """Return the journal that a file is, or a store by its address."""
    return (StoreJournal if isinstance(place, str) else SharedJournal)(place, recording)


class Crew:
    """Players that share a place and answer in turn, each request on a connection of its own."""

    def __init__(self, place, count=2, scope=""):
        self.journals = [opened(place) for _ in range(count)]
        self.all = [Playing(Player(INDEX, journal=journal), scope) for journal in self.journals]
        self._next = cycle(self.all)
        self._asked = 0

    def answer(self, request):
        self._asked += 1
        playing = next(self._next)
        playing.now = self._asked
        return playing.answer(replace(request, connection=f"new-{self._asked}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for journal in self.journals:
            journal.close()

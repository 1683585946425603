"""A scope from its document is the scope from its events."""

from gateway.cassette.events import Snapshot, decoded, encoded
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import Client, Playing, recorded


def life(client, name="disk"):
    volume = client.create(name, metadata={"of": name})
    here = f"/v2/{{p}}/volumes/{volume}"
    assert client("GET", here).body["volume"]["name"] == name
    assert client("GET", here).body["volume"]["name"] == name
    client.until(here, "available")
    assert client("GET", f"/v2/{{p}}/volumes?name={name}").body["volumes"][0]["id"] == volume
    yield
    client("DELETE", here)
    assert client.until(here, 404).status == 404


def test_a_scope_goes_on_from_its_document():
    recording = recorded(lambda client: list(life(client)))
    index = MemoryIndex(recording, CATALOGUE)
    player = Player(index)
    played = Playing(player)
    client = Client(played.answer, project="mine")
    going = life(client, "other")
    next(going)
    client("GET", "/v2/{p}/types")
    (scope,) = player._scopes.values()
    written = scope.document()
    state = decoded(encoded(Snapshot(written)))
    fresh = scope.twin(index)
    assert fresh.document() == written
    player.rewind("")
    scope.apply(state, index)
    assert scope.document() == written
    assert list(going) == []
    report = player.report("")
    assert (report.miss_count, report.unused) == (1, ())

import pytest

from .driving import NO_ID, NOT_FOUND, World, fault


def owner(kind: str) -> tuple[World, str]:
    """Return a world with a disk or a snapshot that has metadata, and the path to it."""
    world = World()
    client = world.client()
    if kind == "volumes":
        return world, f"/volumes/{client.volume(metadata={'a': 'b'})}/metadata"
    return world, f"/snapshots/{client.snapshot(client.volume(), metadata={'a': 'b'})}/metadata"


both = pytest.mark.parametrize("kind", ["volumes", "snapshots"])


@both
def test_post_merges(kind: str) -> None:
    world, path = owner(kind)
    answer = world.client().send("POST", path, {"metadata": {"c": "d"}})
    assert (answer.status_code, answer.json()) == (200, {"metadata": {"a": "b", "c": "d"}})
    assert world.client().get(path) == {"metadata": {"a": "b", "c": "d"}}


@both
def test_put_replaces(kind: str) -> None:
    world, path = owner(kind)
    answer = world.client().send("PUT", path, {"metadata": {"c": "d"}})
    assert (answer.status_code, answer.json()) == (200, {"metadata": {"c": "d"}})
    assert world.client().get(path) == {"metadata": {"c": "d"}}


@both
def test_one_key_is_shown_changed_and_deleted(kind: str) -> None:
    world, path = owner(kind)
    client = world.client()
    assert client.get(f"{path}/a") == {"meta": {"a": "b"}}
    assert client.send("PUT", f"{path}/a", {"meta": {"a": "c"}}).json() == {"meta": {"a": "c"}}
    assert client.get(path) == {"metadata": {"a": "c"}}
    answer = client.send("DELETE", f"{path}/a")
    assert (answer.status_code, answer.content) == (200, b"")
    assert client.get(path) == {"metadata": {}}


@both
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_key_that_is_not_there(kind: str, method: str) -> None:
    world, path = owner(kind)
    assert fault(world.client().send(method, f"{path}/z")) == NOT_FOUND


@both
def test_an_owner_that_is_not_there(kind: str) -> None:
    assert fault(World().client().send("GET", f"/{kind}/{NO_ID}/metadata")) == NOT_FOUND

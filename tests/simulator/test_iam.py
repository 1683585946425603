from typing import Any

import httpx
import pytest

from .driving import ALICE, World, fault


def ask(world: World, scope: Any = None, user: str = "u", password: str = "p") -> httpx.Response:
    identity = {"methods": ["password"], "password": {"user": {"name": user, "password": password}}}
    auth = {"identity": identity} if scope is None else {"identity": identity, "scope": scope}
    return world.send("POST", "/v3/auth/tokens", json={"auth": auth})


def test_a_token_comes_with_its_project_and_a_catalogue() -> None:
    world = World()
    answer = ask(world, {"project": {"name": "one"}})
    token = answer.json()["token"]
    project = token["project"]["id"]
    assert (answer.status_code, token["project"]["name"], token["user"]["name"]) == (201, "one", "u")
    assert (token["issued_at"], token["expires_at"]) == ("2023-11-14T22:13:20.000000Z", "2023-11-15T22:13:20.000000Z")
    assert {service["type"]: service["endpoints"][0]["url"] for service in token["catalog"]} == {
        "evs": f"http://evs.test:8774/v2/{project}",
        "volumev2": f"http://evs.test:8774/v2/{project}",
        "iam": "http://evs.test:8774/v3",
    }
    value = answer.headers["x-subject-token"]
    assert len(value) > 500
    assert world.send("GET", f"/v2/{project}/volumes", {"x-auth-token": value}).status_code == 200


def test_a_public_url_stands_in_the_catalogue() -> None:
    token = ask(World(public_url="https://evs.example.com"), {"project": {"id": ALICE}}).json()["token"]
    assert token["catalog"][0]["endpoints"][0]["url"] == f"https://evs.example.com/v2/{ALICE}"
    assert token["project"]["name"] == ALICE


def test_a_project_of_one_name_is_always_the_same() -> None:
    world = World()
    first, second = (ask(world, {"project": {"name": "one"}}).json()["token"] for _ in range(2))
    assert first["project"] == second["project"]


def test_no_token_is_issued_twice() -> None:
    world = World()
    assert ask(world).headers["x-subject-token"] != ask(world).headers["x-subject-token"]


def test_an_unscoped_token_leads_only_to_iam() -> None:
    token = ask(World(), {"domain": {"name": "d"}}).json()["token"]
    assert [service["type"] for service in token["catalog"]] == ["iam"]
    assert "project" not in token


@pytest.mark.parametrize("bad", [{"user": "sim-bad-user"}, {"password": "sim-bad-password"}])
def test_bad_credentials_are_refused(bad: dict[str, str]) -> None:
    answer = ask(World(), **bad)
    assert fault(answer)[0] == 401
    assert "x-subject-token" not in answer.headers


def test_a_project_is_found_by_name() -> None:
    world = World()
    project = ask(world, {"project": {"name": "one"}}).json()["token"]["project"]["id"]
    answer = world.send("GET", "/v3/projects?name=one", {"authorization": "SDK-HMAC-SHA256 Access=a, Signature=b"})
    (shown,) = answer.json()["projects"]
    assert (shown["id"], shown["name"], shown["enabled"]) == (project, "one", True)
    assert shown["links"]["self"] == f"http://evs.test:8774/v3/projects/{project}"
    assert answer.json()["links"] == {"next": None, "previous": None, "self": "http://evs.test:8774/v3/projects"}


def test_all_projects_are_listed() -> None:
    world = World()
    ask(world, {"project": {"name": "one"}})
    listed = world.send("GET", "/v3/projects", {"x-auth-token": "any"}).json()["projects"]
    assert [project["name"] for project in listed] == ["one", "simulated"]


def about(world: World, value: str, method: str = "GET", query: str = "", asking: str | None = None) -> httpx.Response:
    return world.send(method, f"/v3/auth/tokens{query}", {"x-auth-token": asking or value, "x-subject-token": value})


def test_a_token_may_ask_what_it_stands_for() -> None:
    world = World()
    issued = ask(world, {"project": {"name": "one"}})
    value = issued.headers["x-subject-token"]
    world.now += 60
    shown = about(world, value)
    assert (shown.status_code, shown.headers["x-subject-token"]) == (200, value)
    assert shown.json() == issued.json()
    bare = about(world, value, query="?nocatalog=true").json()["token"]
    assert bare == {name: each for name, each in issued.json()["token"].items() if name != "catalog"}
    assert about(world, value, "HEAD").status_code == 200


def test_an_unknown_token_is_not_found_and_a_bad_one_may_not_ask() -> None:
    world = World()
    assert fault(about(world, "made-up"))[0] == 404
    assert fault(about(world, "sim-bad-token"))[0] == 401
    assert fault(about(world, "made-up", "DELETE"))[0] == 404


def test_a_revoked_token_is_good_for_nothing() -> None:
    world = World()
    value = ask(world, {"project": {"id": ALICE}}).headers["x-subject-token"]
    assert about(world, value, "DELETE").status_code == 204
    assert fault(about(world, value))[0] == 401
    assert fault(about(world, value, asking="another"))[0] == 404
    assert world.send("GET", f"/v2/{ALICE}/volumes", {"x-auth-token": value}).status_code == 401


def test_a_token_lives_as_long_as_asked() -> None:
    world = World()
    value = ask(world, {"project": {"id": ALICE}}, user="sim-lives-2-alice").headers["x-subject-token"]
    assert about(world, value).status_code == 200
    world.now += 2
    assert fault(about(world, value))[0] == 401
    assert fault(about(world, value, asking="another"))[0] == 404

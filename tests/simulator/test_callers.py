from typing import Any

from .driving import ALICE, World, fault

UNAUTHENTICATED = (401, "unauthorized", "EVS.5401", "Authentication required.")


def listed(world: World, headers: dict[str, str], path: str = f"/v2/{ALICE}/volumes") -> Any:
    return world.send("GET", path, headers)


def issued(world: World, project: str = ALICE) -> dict[str, str]:
    user = {"name": "u", "password": "p"}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"id": project}}}
    answer = world.send("POST", "/v3/auth/tokens", json={"auth": auth})
    return {"x-auth-token": answer.headers["x-subject-token"]}


def test_no_credentials() -> None:
    assert fault(listed(World(), {})) == UNAUTHENTICATED


def test_empty_and_bad_tokens() -> None:
    assert fault(listed(World(), {"x-auth-token": ""})) == UNAUTHENTICATED
    assert fault(listed(World(), {"x-auth-token": "sim-bad-token"})) == UNAUTHENTICATED


def test_any_other_token_is_taken() -> None:
    assert listed(World(), {"x-auth-token": "x"}).status_code == 200


def test_a_signature_is_taken_and_another_scheme_is_not() -> None:
    assert listed(World(), {"authorization": "SDK-HMAC-SHA256 Access=a, Signature=b"}).status_code == 200
    assert fault(listed(World(), {"authorization": "Basic eDp5"})) == UNAUTHENTICATED


def test_the_custom_api_says_it_in_its_own_envelope() -> None:
    assert fault(listed(World(), {}, f"/v2/{ALICE}/cloudvolumes")) == (401, "error", *UNAUTHENTICATED[2:])


def test_an_issued_token_opens_its_own_project_only() -> None:
    world = World()
    headers = issued(world)
    assert listed(world, headers).status_code == 200
    assert fault(listed(world, headers, "/v2/other/volumes"))[:3] == (400, "badRequest", "EVS.0001")
    assert fault(listed(world, headers, "/v1/other/jobs/x"))[:3] == (400, "error", "Common.0018")
    assert listed(world, headers, "/v3/projects").status_code == 200


def test_an_issued_token_expires() -> None:
    world = World()
    headers = issued(world)
    world.now += 24 * 3600
    assert fault(listed(world, headers)) == UNAUTHENTICATED


def test_disks_belong_to_the_user_of_the_token() -> None:
    world = World()
    headers = issued(world)
    made = world.send(
        "POST", f"/v2/{ALICE}/volumes", headers, json={"volume": {"size": 10, "availability_zone": "az-dc-1"}}
    )
    other = world.client().show(world.client().volume())
    assert made.json()["volume"]["user_id"] != other["user_id"]

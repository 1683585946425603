import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Operation
from gateway.http.messages import Request, Response
from gateway.simulator.engine import HANDLERS, Cloud
from gateway.simulator.state import State

from .driving import ALICE, ZONE, World, fault


def test_every_operation_has_a_handler() -> None:
    assert set(CATALOGUE.by_id) <= set(HANDLERS)


def test_two_runs_of_one_seed_answer_alike() -> None:
    def run(seed: str) -> list[Any]:
        world = World(seed=seed)
        client = world.client()
        volume_id = client.volume()
        client.snapshot(client.volume())
        transfer = client.send("POST", "/os-volume-transfer", {"transfer": {"volume_id": volume_id}})
        return [client.get("/volumes/detail"), client.get("/snapshots"), transfer.json(), dict(transfer.headers)]

    assert run("a") == run("a")
    assert run("a")[0] != run("b")[0]


def test_a_body_that_is_not_json() -> None:
    answer = World().send("POST", f"/v2/{ALICE}/volumes", {"x-auth-token": "t"}, content=b"{")
    assert fault(answer)[:3] == (400, "badRequest", "EVS.5400")


def test_a_request_that_is_not_as_documented() -> None:
    answer = World().client().send("POST", "/volumes", {"volume": {"availability_zone": ZONE, "size": 40_000}})
    assert fault(answer) == (400, "badRequest", "EVS.1010", "invalid volume size!")


def test_nobody_unauthenticated_learns_what_would_have_been_valid() -> None:
    answer = World().send("POST", f"/v2/{ALICE}/volumes", json={"volume": {}})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "envelope"), [("/volumes/x/action", "badRequest"), ("/cloudvolumes/x/action", "error")]
)
def test_an_unknown_action(path: str, envelope: str) -> None:
    answer = World().client().send("POST", path, {"os-retype": {}})
    assert fault(answer) == (400, envelope, "EVS.5400", "Request body and URI mismatch.")


def test_an_unknown_path_is_a_page() -> None:
    answer = World().client().send("GET", "/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=UTF-8")
    assert "404 Not Found" in answer.text


def test_a_wrong_method_says_which_are_right() -> None:
    answer = World().client().send("PATCH", "/volumes")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_answers_carry_request_ids_and_no_mark_of_the_gateway() -> None:
    answer = World().client().send("GET", "/nothing")
    assert len({answer.headers[f"x-{name}request-id"] for name in ("openstack-", "compute-", "")}) == 1
    assert answer.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert "proxy-status" not in answer.headers


def test_links_name_the_host_that_was_asked() -> None:
    world = World()
    headers = {"x-auth-token": "t", "host": "gateway.example:9"}
    volume_id = world.client().volume()
    links = world.send("GET", f"/v2/{ALICE}/volumes/{volume_id}", headers).json()["volume"]["links"]
    assert links[0]["href"].startswith("http://gateway.example:9/v2/")


def test_a_request_without_host_is_answered() -> None:
    answer = Cloud(State()).answer(Request("GET", b"/v2"), 0.0)
    assert b"http://localhost/v2" in answer.body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
KEYS = ("name", "size", "volume_id", "metadata", "new_size", "user", "auth_key", "snapshot_id", "count", "limit")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(
    operation=st.sampled_from(CATALOGUE.operations),
    values=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3),
    query=st.dictionaries(
        st.sampled_from(("limit", "offset", "marker", "sort", "metadata", "name")), st.text(max_size=4)
    ),
    odd=st.text(max_size=8),
)
def test_any_request_has_an_answer(operation: Operation, values: Any, query: dict[str, str], odd: str) -> None:
    path = operation.path.format(
        **{name: quote(odd, safe="") or "x" for name in ("project_id", "volume_id", "snapshot_id", "transfer_id")},
        **dict.fromkeys(("type_id", "job_id", "key", "target_project_id"), "x"),
        api_version="v2",
    )
    key = operation.body_key or next(iter(operation.action_keys), "x")
    body = json.dumps({key: values}).encode() if operation.method in ("POST", "PUT") else b""
    target = f"{path}?{urlencode(query)}".encode()
    cloud = Cloud(State())
    answer = cloud.answer(Request(operation.method, target, ((b"x-auth-token", b"t"),), body), 0.0)
    assert isinstance(answer, Response)

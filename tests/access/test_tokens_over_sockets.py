"""Tokens over real sockets: one question for many requests, and the documented answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.access.dev_tokens import digest_of, new_token
from gateway.http.messages import Request, Response
from tests.clients.harness import Server

from .clouds import Listening, gateway, listening, private, simulated
from .signers import PROJECT

TOKENS = "/v3/auth/tokens"
DISKS = f"/v2/{PROJECT}/cloudvolumes"
VOLUMES = f"/v2/{PROJECT}/volumes"
MANY = 50


@pytest.fixture(scope="module")
def up() -> Iterator[Listening]:
    with listening(simulated()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def front(up: Listening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("gateway")
    with gateway(folder, {"accept": ["token"]}, up.url) as server:
        yield server


@pytest.fixture
def cloud(up: Listening) -> Listening:
    """Return the cloud as one that has heard nothing yet."""
    up.heard.clear()
    return up


def issued(front: Server, user: str = "alice") -> str:
    """Return a token that the IAM gives out through the gateway, which needs no credentials for that."""
    identity = {"methods": ["password"], "password": {"user": {"name": user, "password": "p"}}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
    answer = httpx.post(f"{front.public}{TOKENS}", json=body)
    assert answer.status_code == 201
    return answer.headers["x-subject-token"]


def get(front: Server, path: str = DISKS, token: str | None = None, **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(front.public + path, headers={**given, **({"x-auth-token": token} if token else {})})


def said(answer: httpx.Response) -> tuple[int, str, str]:
    """Return the status, the envelope and the code of a refusal."""
    ((envelope, error),) = answer.json().items()
    return answer.status_code, envelope, error["code"]


def together(front: Server, token: str, times: int) -> list[int]:
    async def work() -> list[int]:
        limits = httpx.Limits(max_connections=times)
        async with httpx.AsyncClient(base_url=front.public, limits=limits, timeout=30) as client:
            asked = [client.get(DISKS, headers={"x-auth-token": token}) for _ in range(times)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    return asyncio.run(work())


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_fifty_first_requests_cause_one_validation(front: Server, cloud: Listening) -> None:
    token = issued(front)
    assert together(front, token, MANY) == [200] * MANY
    assert cloud.asked("GET", TOKENS.encode()) == 1
    assert cloud.asked("GET", DISKS.encode()) == MANY
    assert {request.header(b"x-auth-token") for request in cloud.heard if request.path == DISKS.encode()} == {
        token.encode()
    }


def test_fifty_requests_with_an_unknown_token_cause_one_validation_too(front: Server, cloud: Listening) -> None:
    assert together(front, "unknown-to-many", MANY) == [401] * MANY
    assert [request.path for request in cloud.heard] == [TOKENS.encode()]


def test_no_and_unknown_and_bad_tokens_are_documented_refusals(front: Server, cloud: Listening) -> None:
    for token in (None, "made-up", "sim-bad-token"):
        refused = get(front, token=token)
        assert said(refused) == (401, "error", "EVS.5401")
        assert refused.headers["www-authenticate"] == "Keystone, SDK-HMAC-SHA256"
        assert "http_request_denied" in refused.headers["proxy-status"]
    assert said(get(front, VOLUMES)) == (401, "unauthorized", "EVS.5401")
    assert cloud.asked("GET", DISKS.encode()) == 0


def test_a_foreign_project_is_refused_in_the_words_of_each_api(front: Server, cloud: Listening) -> None:
    token = issued(front)
    assert said(get(front, "/v2/another/cloudvolumes", token)) == (400, "error", "EVS.0001")
    assert said(get(front, "/v2/another/volumes", token)) == (400, "badRequest", "EVS.0001")
    assert said(get(front, "/v1/another/jobs/x", token)) == (400, "error", "Common.0018")
    assert said(get(front, "/v2.1/another/cloudvolumes", token)) == (400, "error", "EVS.0001")
    assert said(get(front, DISKS, token, x_project_id="another")) == (400, "error", "EVS.0001")
    assert said(get(front, DISKS, token, x_domain_id="another")) == (400, "error", "EVS.0001")
    assert get(front, DISKS, token, x_project_id=PROJECT).status_code == 200
    assert {request.path for request in cloud.heard} == {TOKENS.encode(), DISKS.encode()}


def test_an_expired_token_is_refused_without_asking_again(front: Server, cloud: Listening) -> None:
    token = issued(front, "sim-lives-1-alice")
    assert get(front, token=token).status_code == 200
    until(lambda: get(front, token=token).status_code == 401)
    assert cloud.asked("GET", TOKENS.encode()) == 1
    assert get(front, token=token).json()["error"]["details"] == [
        {"rule": "identity", "found": "the token has expired"}
    ]


def test_a_token_revoked_through_the_gateway_is_refused_at_once(front: Server) -> None:
    token = issued(front)
    assert get(front, token=token).status_code == 200
    headers = {"x-auth-token": token, "x-subject-token": token}
    assert httpx.delete(front.public + TOKENS, headers=headers).status_code == 204
    assert said(get(front, token=token)) == (401, "error", "EVS.5401")


def test_a_token_revoked_elsewhere_is_refused_when_the_cloud_says_so(front: Server, cloud: Listening) -> None:
    token = issued(front)
    assert get(front, token=token).status_code == 200
    headers = {"x-auth-token": token, "x-subject-token": token}
    assert httpx.delete(cloud.url + TOKENS, headers=headers).status_code == 204
    heard = len(cloud.heard)
    assert [get(front, token=token).status_code for _ in range(3)] == [401, 401, 401]
    assert [request.path for request in cloud.heard[heard:]] == [DISKS.encode(), TOKENS.encode()]


def evict(front: Server, body: Any, **more: Any) -> httpx.Response:
    return httpx.post(f"{front.ready['admin']}/identity/evict", json=body, **more)


def test_an_evicted_token_is_asked_about_again(front: Server, cloud: Listening) -> None:
    token = issued(front, "carol")
    for word, value, gone in (("token", token, 1), ("user", "carol", 1), ("user", "bob", 0)):
        get(front, token=token)
        assert evict(front, {word: value}).json() == {"evicted": gone}
    for body in ({"domain": "simulated"}, {"all": True}):
        get(front, token=token)
        assert evict(front, body).json()["evicted"] >= 1
    assert cloud.asked("GET", TOKENS.encode()) == 4
    assert [evict(front, body).status_code for body in ({}, {"all": "x"}, {"token": 1}, {"a": "b"}, [])] == [400] * 5
    refused = httpx.post(
        f"{front.ready['admin']}/identity/evict", content=b"{}", headers={"content-type": "text/plain"}
    )
    assert refused.status_code == 415
    assert httpx.post(f"{front.public}/identity/evict", json={"all": True}).status_code == 401


def test_an_eviction_reaches_every_process(cloud: Listening, tmp_path: Path) -> None:
    with gateway(tmp_path, {"accept": ["token"]}, cloud.url, cloud.url, "--workers", "2") as front:
        token = issued(front)
        until(lambda: get(front, token=token).status_code == 200 and cloud.asked("GET", TOKENS.encode()) == 2)
        evict(front, {"user": "alice"})
        until(lambda: get(front, token=token).status_code == 200 and cloud.asked("GET", TOKENS.encode()) == 4)


def test_an_iam_that_is_down_is_no_reason_to_let_anybody_in(cloud: Listening, tmp_path: Path) -> None:
    with gateway(tmp_path, {"accept": ["token"], "iam_url": "http://127.0.0.1:9"}, cloud.url) as front:
        refused = get(front, token="t")
    assert said(refused) == (503, "error", "EVS.5503")
    assert refused.headers["retry-after"] == "5"
    assert cloud.heard == []


@pytest.mark.parametrize("answer", [Response(500), Response(200, (), b"{}"), Response(302)])
def test_an_iam_that_says_nothing_to_believe_is_as_good_as_down(answer: Response, tmp_path: Path) -> None:
    with (
        listening(lambda _: answer) as iam,
        gateway(tmp_path, {"accept": ["token"]}, iam.url, iam.url) as front,
    ):
        assert get(front, token="t").status_code == 503
        assert get(front, token="t").status_code == 503
        assert len(iam.heard) == 2


def test_a_token_of_a_hundred_kilobytes_passes(tmp_path: Path) -> None:
    token = "MIIF" + "k" * 100_000
    document = {
        "user": {"id": "u1", "name": "alice", "domain": {"id": "d1"}},
        "project": {"id": PROJECT, "name": "p"},
        "expires_at": "2999-01-01T00:00:00Z",
    }
    shown = Response(200, ((b"content-type", b"application/json"),), json.dumps({"token": document}).encode())
    empty = Response(200, ((b"content-type", b"application/json"),), b'{"volumes": []}')

    def answer(request: Request) -> Response:
        return shown if request.path == TOKENS.encode() else empty

    with listening(answer) as cloud, gateway(tmp_path, {"accept": ["token"]}, cloud.url) as front:
        assert get(front, token=token).json() == {"volumes": []}
    asked, listed = cloud.heard
    assert (asked.header(b"x-auth-token"), asked.header(b"x-subject-token")) == (token.encode(), token.encode())
    assert listed.header(b"x-auth-token") == token.encode()


def test_nobody_unauthenticated_learns_what_would_have_been_valid(front: Server, cloud: Listening) -> None:
    bad = {"volume": {"size": -1}}
    answers = [
        httpx.post(front.public + DISKS, json=bad),
        httpx.post(f"{front.public}{VOLUMES}/x/action", json={"no-action": {}}),
        get(front, "/v2/p/nowhere"),
        httpx.patch(front.public + DISKS),
        httpx.request("OPTIONS", front.public + DISKS),
        get(front, TOKENS),
        get(front, "/v3/projects"),
        get(front, f"/v2/{PROJECT}/extensions"),
        get(front, DISKS + "?X-Auth-Token=in-the-query"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert cloud.heard == []
    assert [get(front, path).status_code for path in ("/", "/v2", "/v1")] == [300, 200, 200]


def test_what_clients_say_about_themselves_goes_nowhere(front: Server, cloud: Listening) -> None:
    names = ("user_id", "roles", "project_name", "domain_name", "identity_status", "service_token", "user_domain_id")
    claimed = {f"x_{name}": "forged" for name in names}
    assert get(front, token=issued(front), **claimed).status_code == 200
    assert "forged" not in repr(cloud.heard)


def test_no_token_is_logged(front: Server) -> None:
    token = issued(front)
    get(front, "/v2/another/volumes", token)
    get(front, token="made-up-and-secret")
    log = front.stderr.read_text()
    assert "not let in" in log
    assert token not in log
    assert "made-up-and-secret" not in log


def dev_file(folder: Path, token: str) -> Path:
    kept = {"salt": "0a" * 16, "hash": digest_of(b"\x0a" * 16, token.encode()).hex(), "project_id": PROJECT}
    return private(folder / "dev.json", {"tester": kept})


def test_a_development_token_is_enough_on_loopback(tmp_path: Path) -> None:
    token = new_token()
    identity = {"accept": ["dev"], "dev_tokens_file": dev_file(tmp_path, token)}
    with gateway(tmp_path, identity, None) as front:
        assert get(front, token=token).status_code == 200
        assert said(get(front, token=new_token())) == (401, "error", "EVS.5401")
        assert said(get(front, token="t")) == (401, "error", "EVS.5401")
        assert said(get(front, "/v2/another/cloudvolumes", token)) == (400, "error", "EVS.0001")
    with pytest.raises(AssertionError, match="listens on loopback only"):
        gateway(tmp_path, identity, None, None, "--listen", "0.0.0.0:0").__enter__()


def test_without_the_setting_nothing_is_asked(cloud: Listening, tmp_path: Path) -> None:
    with gateway(tmp_path, {}, cloud.url) as front:
        assert get(front, token="anything").status_code == 200
        assert said(get(front)) == (401, "error", "EVS.5401")
    assert [request.path for request in cloud.heard] == [DISKS.encode(), DISKS.encode()]

"""Keys that only the gateway knows, over real sockets: the official SDK in front, its own signer behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkevs import v2 as evs

from gateway.access.signing import parse_signature
from gateway.http.messages import Request, Response
from tests.clients.harness import Server

from .clouds import OWN, Listening, gateway, keys_file, listening, own_key_file, private, sent, simulated, verifying
from .signers import AK, BODY, DISKS, PROJECT, SK, attacks, changed, sdk_signed

BUSY = Response(429, ((b"content-type", b"application/json"),), b"{}")
NEW_DISK = evs.CreateVolumeOption(name="disk", size=10, volume_type="SSD", availability_zone="az-dc-1")


@pytest.fixture(scope="module")
def up() -> Iterator[Listening]:
    with listening(verifying(OWN, simulated())) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def front(up: Listening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("gateway")
    with gateway(folder, brokered(folder), up.url) as server:
        yield server


@pytest.fixture
def cloud(up: Listening) -> Listening:
    """Return the cloud as one that has heard nothing yet."""
    up.heard.clear()
    return up


def brokered(folder: Path) -> dict[str, object]:
    return {"accept": ["signature"], "keys_file": keys_file(folder), "upstream_key_file": own_key_file(folder)}


def client(url: str, sk: str = SK, project: str = PROJECT) -> evs.EvsClient:
    builder = evs.EvsClient.new_builder().with_credentials(BasicCredentials(AK, sk, project)).with_endpoint(url)
    return builder.build()


def test_the_sdk_lists_and_creates_with_a_key_that_only_the_gateway_knows(front: Server, cloud: Listening) -> None:
    sdk = client(front.public)
    create = evs.CreateVolumeRequest(body=evs.CreateVolumeRequestBody(volume=NEW_DISK))
    job = sdk.create_volume(create).job_id
    until = time.monotonic() + 10
    while (state := sdk.show_job(evs.ShowJobRequest(job_id=job)).status) != "SUCCESS" and time.monotonic() < until:
        time.sleep(0.02)
    listed = sdk.list_volumes(evs.ListVolumesRequest(name="disk", sort_dir="asc")).volumes
    sdk.close()
    assert (state, [volume.name for volume in listed]) == ("SUCCESS", ["disk"])
    signatures = [parse_signature(request.header(b"authorization") or b"") for request in cloud.heard]
    assert {signature.ak for signature in signatures if signature} == {OWN[0]}
    assert {request.header(b"host") for request in cloud.heard} == {cloud.host}
    assert {request.header(b"x-project-id") for request in cloud.heard} == {PROJECT.encode()}
    assert AK not in repr(cloud.heard)


def test_a_wrong_secret_is_told_by_the_sdk_as_unauthenticated(front: Server, cloud: Listening) -> None:
    sdk = client(front.public, sk="guessed")
    with pytest.raises(ServiceResponseException) as caught:
        sdk.list_volumes(evs.ListVolumesRequest())
    sdk.close()
    assert (caught.value.status_code, caught.value.error_code) == (401, "EVS.5401")
    assert cloud.heard == []


def test_a_foreign_project_is_told_by_the_sdk_as_documented(front: Server, cloud: Listening) -> None:
    sdk = client(front.public, project="another")
    with pytest.raises(ServiceResponseException) as caught:
        sdk.list_volumes(evs.ListVolumesRequest())
    with pytest.raises(ServiceResponseException) as of_job:
        sdk.show_job(evs.ShowJobRequest(job_id="x"))
    sdk.close()
    assert (caught.value.status_code, caught.value.error_code) == (400, "EVS.0001")
    assert (of_job.value.status_code, of_job.value.error_code) == (400, "Common.0018")
    assert cloud.heard == []


def test_no_attack_reaches_the_cloud(front: Server, cloud: Listening) -> None:
    got = {name: sent(front.public, request) for name, (request, _) in attacks(time.time()).items()}
    assert {name: status for name, status in got.items() if status not in (400, 401)} == {}
    assert cloud.heard == []
    logged = front.stderr.read_text()
    assert SK not in logged
    assert OWN[1] not in logged


def test_a_replayed_write_is_refused_and_a_replayed_read_is_not(front: Server, cloud: Listening) -> None:
    write, read = (
        sdk_signed(method, DISKS, body=body, at=time.time()) for method, body in (("POST", BODY), ("GET", b""))
    )
    assert [sent(front.public, write) for _ in range(3)] == [200, 401, 401]
    assert [sent(front.public, read) for _ in range(2)] == [200, 200]
    assert [request.method for request in cloud.heard] == ["POST", "GET", "GET"]


def test_a_derived_key_signs_as_well(front: Server, cloud: Listening) -> None:
    assert sent(front.public, sdk_signed("POST", DISKS, body=BODY, at=time.time(), derived=True)) == 200
    assert len(cloud.heard) == 1


def test_a_retry_after_too_many_requests_is_no_replay(tmp_path: Path) -> None:
    answers = [BUSY, BUSY, Response(202)]
    delete = sdk_signed("DELETE", f"/v2/{PROJECT}/volumes/6a6f8d5b-1f0a-4bb7-8f9e-0f7d6c5b4a39", at=time.time())
    with listening(lambda _: answers.pop(0)) as busy, gateway(tmp_path, brokered(tmp_path), busy.url) as server:
        assert [sent(server.public, delete) for _ in range(4)] == [429, 429, 202, 401]
        assert len(busy.heard) == 3


def test_what_was_never_sent_may_be_sent_again(tmp_path: Path) -> None:
    write = sdk_signed("POST", DISKS, body=BODY, at=time.time())
    with listening(simulated()) as gone:
        url = gone.url
    with gateway(tmp_path, brokered(tmp_path), url) as server:
        assert [sent(server.public, write) for _ in range(2)] == [502, 502]


def test_a_token_of_the_gateways_own_goes_up_instead(tmp_path: Path) -> None:
    identity = brokered(tmp_path)
    del identity["upstream_key_file"]
    token = tmp_path / "token"
    token.write_text("the-gateways-own-token\n")
    token.chmod(0o600)
    with (
        listening(simulated()) as cloud,
        gateway(tmp_path, {**identity, "upstream_token_file": token}, cloud.url) as server,
    ):
        assert sent(server.public, sdk_signed("GET", DISKS, at=time.time())) == 200
    (heard,) = cloud.heard
    names = {name for name, _ in heard.headers}
    assert heard.header(b"x-auth-token") == b"the-gateways-own-token"
    assert names.isdisjoint({b"authorization", b"x-sdk-date", b"x-project-id"})


def test_what_is_signed_is_what_goes_over_the_wire(tmp_path: Path) -> None:
    with listening(verifying(OWN, lambda _: Response(200))) as cloud:
        url = cloud.url.replace("127.0.0.1", "LocalHost") + "/Base/"
        with gateway(tmp_path, brokered(tmp_path), url) as server:
            assert sent(server.public, sdk_signed("GET", DISKS, [("name", "a b~ä")], at=time.time())) == 200
    assert [request.path for request in cloud.heard] == [b"/Base" + DISKS.encode()]
    assert (cloud.heard[0].header(b"host") or b"").startswith(b"LocalHost:")


def test_two_credentials_are_none(front: Server, cloud: Listening) -> None:
    signed = sdk_signed("GET", DISKS, at=time.time())
    assert sent(front.public, changed(signed, b"x-auth-token", b"t")) == 401
    assert sent(front.public, changed(signed, b"x-security-token", b"t")) == 401
    token = changed(changed(signed, b"authorization", None), b"x-auth-token", b"t")
    assert sent(front.public, token) == 401
    assert cloud.heard == []


def test_nobody_needs_credentials_for_versions_and_none_of_ours_go_there(front: Server, cloud: Listening) -> None:
    signed = sdk_signed("GET", "/v2", at=time.time())
    assert sent(front.public, Request("GET", b"/", ((b"host", b"gw"),))) == 401  # what the verifying cloud says
    assert sent(front.public, signed) == 401
    assert [request.header(b"authorization") for request in cloud.heard] == [None, None]


def test_what_only_the_gateway_knows_is_not_sent_up_as_it_is(tmp_path: Path) -> None:
    identity = brokered(tmp_path)
    del identity["upstream_key_file"]
    with pytest.raises(AssertionError, match="the cloud does not know the credentials accepted here"):
        gateway(tmp_path, identity, "http://127.0.0.1:9").__enter__()


def test_keys_that_others_may_read_do_not_start(tmp_path: Path) -> None:
    identity = brokered(tmp_path)
    private(tmp_path / "keys.json", {}).chmod(0o644)
    with pytest.raises(AssertionError, match="others may use these credentials"):
        gateway(tmp_path, identity, "http://127.0.0.1:9").__enter__()


def test_keys_are_exchanged_while_it_runs(tmp_path: Path) -> None:
    identity = brokered(tmp_path)
    with listening(verifying(OWN, simulated())) as cloud, gateway(tmp_path, identity, cloud.url) as server:
        assert sent(server.public, sdk_signed("GET", DISKS, at=time.time())) == 200
        private(tmp_path / "new.json", {}).replace(tmp_path / "keys.json")
        until = time.monotonic() + 10
        while sent(server.public, sdk_signed("GET", DISKS, at=time.time())) != 401:
            assert time.monotonic() < until
            time.sleep(0.05)

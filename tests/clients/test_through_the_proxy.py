"""Unmodified clients that know nothing but a proxy and a CA file: recorded, and replayed when the cloud is gone."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

from gateway.access.signing import parse_signature

from . import huawei_life, openstack_life
from .diary import Diary
from .harness import ALICE, KEYS, TOKENS, Server, started
from .secure import HOST, Secure, secure, simulated, verified
from .sessions import LIBRARY_WARNINGS, Life

pytest.importorskip("mitmproxy")

VERSION = re.compile(rb"^HTTP/2 200", re.MULTILINE)


@contextlib.contextmanager
def proxied(folder: Path, mode: str, cloud: Secure) -> Iterator[Server]:
    """Run a gateway with a forward door, in front of a cloud whose name resolves nowhere else. One that replays dies
    when it connects to anything."""
    config = folder / "gateway.toml"
    config.write_text(f'[upstream.resolve]\n"{HOST}:443" = "{cloud.place}"\n[upstream]\nca_file = "{cloud.ca_file}"\n')
    listen = [part for door in ("--listen", "--admin-listen", "--forward-listen") for part in (door, "127.0.0.1:0")]
    kept = ("--data", str(folder / "data"), "--cassette", str(folder / "life.cassette"), "--mode", mode)
    ups = ("--upstream", cloud.url, "--iam-upstream", cloud.url)
    module = "tests.scenarios.trapped" if mode == "replay" else "gateway"
    with started(folder, "serve", "--config", str(config), *listen, *kept, *ups, module=module) as server:
        yield server


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, server: Server) -> None:
    """Let the clients of this process know of the proxy, as an operator does."""
    for name in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", server.ready["forward"])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "data" / "ca" / "evs-gateway-ca.pem"))


@pytest.mark.parametrize(
    "life",
    [
        pytest.param(huawei_life.life, id="huawei"),
        pytest.param(openstack_life.life, id="openstack", marks=LIBRARY_WARNINGS),
    ],
)
def test_a_client_with_a_proxy_and_a_ca_file_is_recorded_and_replayed(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secure(tmp_path, verified(simulated())) as cloud, proxied(tmp_path, "record", cloud) as recorder:
        use(monkeypatch, tmp_path, recorder)
        seen = life(cloud.url, "recorded")
    with proxied(tmp_path, "replay", cloud) as player:
        use(monkeypatch, tmp_path, player)
        again = life(cloud.url, "replayed")
    assert again.steps == seen.steps
    assert (seen.wire.strays, again.wire.strays) == ([], [])
    assert {request.header(b"host") for request in cloud.asked} <= {HOST.encode(), f"{HOST}:443".encode()}


def test_signatures_arrive_as_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with secure(tmp_path, verified(simulated())) as cloud, proxied(tmp_path, "passthrough", cloud) as server:
        use(monkeypatch, tmp_path, server)
        with Diary(cloud.url, "signed", ServiceResponseException, huawei_life.reason) as diary:
            huawei_life.look_around(diary, huawei_life.Evs(diary.wire, ALICE), ALICE)
    assert {status for step in diary.steps for status in step.statuses} == {200, 300}
    signatures = [parse_signature(request.header(b"authorization") or b"") for request in cloud.asked]
    assert {(each.ak, b"host" in each.signed) for each in signatures if each} == {(KEYS[ALICE][0], True)}


def test_curl_speaks_http_2_to_the_proxy_and_gets_the_same_again(tmp_path: Path) -> None:
    with secure(tmp_path, simulated()) as cloud, proxied(tmp_path, "record", cloud) as recorder:
        first = curl(tmp_path, recorder, f"{cloud.url}/v2/{ALICE}/types")
    with proxied(tmp_path, "replay", cloud) as player:
        second = curl(tmp_path, player, f"{cloud.url}/v2/{ALICE}/types")
    assert json.loads(first.rpartition(b"\r\n\r\n")[2]) == json.loads(second.rpartition(b"\r\n\r\n")[2])
    assert b"fwd=bypass; stored" in first
    assert b"evs-gateway; hit" in second
    assert [bool(VERSION.search(answer)) for answer in (first, second)] == [True, True]


def curl(folder: Path, server: Server, url: str) -> bytes:
    """Return what curl prints, heads included."""
    ca = str(folder / "data" / "ca" / "evs-gateway-ca.pem")
    token = f"X-Auth-Token: {TOKENS[ALICE]}"
    words = ["curl", "-sS", "-i", "--http2", "-x", server.ready["forward"], "--cacert", ca, "-H", token, url]
    return subprocess.run(words, env={}, check=True, capture_output=True).stdout

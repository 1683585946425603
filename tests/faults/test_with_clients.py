"""Retry code tested offline: clients as they are, the shipped recording, and faults on purpose over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from gateway.errors import SettingsError
from gateway.fronts.embedded import evs_gateway
from gateway.fronts.testing.handle import EvsGateway
from gateway.stores.text_folder import read_folder
from tests.cli.test_cassette_forms import SAMPLE
from tests.clients.sessions import LIBRARY_WARNINGS

pytestmark = LIBRARY_WARNINGS

TYPES = "cinder_list_volume_types"
BROKEN: list[dict[str, Any]] = [{"reset": True}, {"empty": True}, {"cut": 20}]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def ask(gateway: EvsGateway, session: requests.Session | None = None) -> requests.Response:
    get = session.get if session is not None else requests.get
    return get(f"{gateway.volume_endpoint}/types", headers={"X-Auth-Token": gateway.token}, timeout=10)


def outcomes(faults: Sequence[dict[str, Any]], times: int) -> list[tuple[int, str | None]]:
    with evs_gateway(SAMPLE, faults=faults) as gateway:
        answers = [ask(gateway) for _ in range(times)]
    return [(answer.status_code, answer.headers.get("X-EVS-Gateway-Fault")) for answer in answers]


def test_two_seeded_runs_have_their_faults_at_the_same_places() -> None:
    faults = [{"name": "flaky", "status": 500, "probability": 0.2, "seed": 7}]
    first = outcomes(faults, 60)
    assert first == outcomes(faults, 60)
    assert {(200, None), (500, "flaky")} == set(first)
    assert 4 <= first.count((500, "flaky")) <= 20


def test_the_error_body_is_that_of_the_reference() -> None:
    with evs_gateway(SAMPLE, faults=[{"name": "down", "status": 503}]) as gateway:
        answer = ask(gateway)
    assert answer.json() == {"serviceUnavailable": {"message": "Service unavailable.", "code": "EVS.5503"}}
    assert answer.headers["proxy-status"].startswith("evs-gateway; ")


def test_who_is_rate_limited_is_told_when_to_come_again() -> None:
    with evs_gateway(SAMPLE, faults=[{"rate_limited": {"retry_after_s": 0}, "count": 2}]) as gateway:
        assert [ask(gateway).headers.get("Retry-After") for _ in range(3)] == ["0", "0", None]
        with evs_gateway(SAMPLE, faults=[{"rate_limited": {"retry_after_s": 0}, "count": 2}]) as other:
            assert ask(other, retrying()).status_code == 200


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: next(iter(fault)))
def test_a_broken_connection_is_an_error_until_it_is_tried_again(fault: dict[str, Any]) -> None:
    with evs_gateway(SAMPLE, faults=[{**fault, "count": 1}]) as gateway:
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            ask(gateway)
        assert ask(gateway).status_code == 200


def test_a_slow_and_dripping_answer_is_whole() -> None:
    faults: list[dict[str, Any]] = [{"latency_ms": [1, 2], "name": "slow"}, {"drip_ms": 1, "name": "drip"}]
    with evs_gateway(SAMPLE) as well, evs_gateway(SAMPLE, faults=faults) as ill:
        answer = ask(ill)
        assert answer.json() == ask(well).json()
        assert answer.headers["X-EVS-Gateway-Fault"] == "slow, drip"


def retrying() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    retry = Retry(total=5, backoff_factor=0, status_forcelist=(429, 500, 503), respect_retry_after_header=True)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def test_faults_leave_the_position_where_it_was() -> None:
    """The recorded polls of a disk, with and without faults between: a client that tries again sees the same states."""
    faults = [{"status": 500, "probability": 0.4, "seed": 3}, {"reset": True, "probability": 0.2, "seed": 5}]
    with evs_gateway(SAMPLE) as well, evs_gateway(SAMPLE, faults=faults) as ill, retrying() as session:
        assert states(ill, session) == states(well, session)


def states(gateway: EvsGateway, session: requests.Session) -> list[tuple[int, str]]:
    """Create the first disk of the recording and poll it four times; POST is tried again by hand."""
    created = (each for each in read_folder(SAMPLE) if each.operation == "cinder_create_volume")
    recorded = json.loads(next(created).request.body)
    headers = {"X-Auth-Token": gateway.token}
    made = next(answer for _ in range(50) if (answer := _tried(session, gateway, recorded, headers)) is not None)
    volume = made.json()["volume"]["id"]
    polls = [session.get(f"{gateway.volume_endpoint}/volumes/{volume}", headers=headers, timeout=10) for _ in range(4)]
    return [(poll.status_code, poll.json()["volume"]["status"]) for poll in polls]


def _tried(
    session: requests.Session, gateway: EvsGateway, body: Any, headers: dict[str, str]
) -> requests.Response | None:
    """Create once; a client does not know what became of a write without an answer."""
    try:
        made = session.post(f"{gateway.volume_endpoint}/volumes", json=body, headers=headers, timeout=10)
    except requests.ConnectionError:
        return None
    return made if made.ok else None


def test_openstacksdk_tries_again() -> None:
    faults = [{"status": 503, "operation": TYPES, "count": 2}, {"reset": True, "operation": TYPES, "count": 1}]
    with evs_gateway(SAMPLE, faults=faults) as gateway:
        storage = gateway.openstack().block_storage
        storage.status_code_retries = 3
        storage.connect_retries = 3
        storage.connect_retry_delay = storage.status_code_retry_delay = 0.01
        assert [each.name for each in storage.types()]


def test_huaweis_sdk_tries_again() -> None:
    from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies
    from huaweicloudsdkevs.v2 import CinderListVolumeTypesRequest

    faults = [{"status": 503, "operation": TYPES, "count": 2}]
    with evs_gateway(SAMPLE, faults=faults) as gateway:
        invoker = gateway.huawei().cinder_list_volume_types_invoker(CinderListVolumeTypesRequest())
        answer = invoker.with_retry(lambda _, error: error is not None, 3, BackoffStrategies.NONE).invoke()
        assert answer.volume_types


def test_an_unknown_operation_is_named() -> None:
    with (
        pytest.raises(SettingsError, match="faults: unknown operation 'show'"),
        evs_gateway(SAMPLE, faults=[{"status": 500, "operation": "show"}]),
    ):
        pass


def test_a_faulted_request_is_never_recorded(tmp_path: Path) -> None:
    faults = [
        {"name": "before", "status": 500, "count": 1},
        {"name": "after", "cut": 5, "after": 1, "count": 1},
        {"name": "slow", "latency_ms": 1, "after": 2, "count": 1},
    ]
    with evs_gateway(tmp_path / "made.cassette", "simulate", faults=faults) as gateway:
        assert ask(gateway).status_code == 500
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            ask(gateway)
        assert [ask(gateway).status_code for _ in range(2)] == [200, 200]
    assert len(list((tmp_path / "made.cassette").glob("0*.json"))) == 1


def test_a_scope_that_is_reset_has_its_faults_again() -> None:
    with evs_gateway(SAMPLE, faults=[{"status": 500, "count": 1}]) as gateway:
        assert [ask(gateway).status_code for _ in range(2)] == [500, 200]
        gateway.reset()
        assert [ask(gateway).status_code for _ in range(2)] == [500, 200]

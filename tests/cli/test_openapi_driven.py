"""The OpenAPI document used as a client generator would: schemathesis makes requests of it for the gateway.

The simulator stands behind. No answer is a server error, each has the documented form, and nothing that the document
calls valid is refused by the gateway (whose own answers carry `Proxy-Status`); the simulator may find no such disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from gateway.simulator.creation import ZONE
from tests.clients.harness import gateway, run

ZERO_SETTLE = ("--settle-ms", "0")
HEADERS = {"X-Auth-Token": "any"}
CHECKS = (not_a_server_error, response_schema_conformance, status_code_conformance)
# One status has a body for one action only, which OpenAPI cannot say.
ACTIONS = "POST /v2/{project_id}/volumes/{volume_id}/action"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("driven")
    with gateway(folder, "simulate", folder / "made.sqlite", None, *ZERO_SETTLE) as server:
        yield server.public


@pytest.fixture
def world(public: str) -> Iterator[World]:
    with World(public) as world:
        yield world


@pytest.fixture(scope="module")
def operations() -> list[APIOperation]:
    schema = schemathesis.openapi.from_dict(json.loads(run("operations", "--openapi")))
    return [each.ok() for each in schema.get_all_operations()]


class World:
    """What there is to ask about, made anew for every other request."""

    def __init__(self, public: str) -> None:
        self.public = public
        self.client = httpx.Client(base_url=f"{public}/v2", headers=HEADERS, trust_env=False)
        self.session = requests.Session()
        self.asked = 0

    def __enter__(self) -> World:
        return self

    def __exit__(self, *failure: object) -> None:
        self.client.close()
        self.session.close()

    def made(self, project: str, kind: str, **wanted: Any) -> str:
        answer = self.client.post(f"/{project}/{kind}s", json={kind: wanted})
        assert answer.status_code == 202, answer.text
        return str(answer.json()[kind]["id"])

    def place(self, case: Case) -> None:
        """Lead every other request to a disk and a snapshot that there are, in a project of their own, and keep what
        spans several parts of a request (`target-project` and `metadata-key` in `x-evs-operations`)."""
        self.asked += 1
        path, body = case.path_parameters, case.body
        if self.asked % 2:
            self._lead(path, body)
        if "target_project_id" in path:
            path["target_project_id"] = path["project_id"]
        if "key" in path and isinstance(body, dict) and body.get("meta"):
            body["meta"] = {unquote(path["key"]): next(iter(body["meta"].values()))}

    def _lead(self, path: dict[str, Any], body: Any) -> None:
        project = f"{self.asked:032x}"
        known = {"project_id": project}
        inner = next((each for each in body.values() if isinstance(each, dict)), {}) if isinstance(body, dict) else {}
        if "volume_id" in (*path, *inner) or "snapshot_id" in path:
            known["volume_id"] = self.made(project, "volume", availability_zone=ZONE, size=10, volume_type="SSD")
        if "snapshot_id" in path:
            known["snapshot_id"] = self.made(project, "snapshot", volume_id=known["volume_id"])
        known["availability_zone"] = ZONE
        for part in (path, inner):
            part.update({name: value for name, value in known.items() if name in part})


def drive(operation: APIOperation, mode: GenerationMode, examples: int, world: World) -> list[str]:
    """Send the requests that are made of an operation, and return what is wrong with the answers."""
    wrong: list[str] = []

    @seed(20260927)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            world.place(case)
        answer = case.call(base_url=world.public, headers=HEADERS, session=world.session)
        asked = f"{answer.request.method} {answer.request.url} {answer.request.body!r}"
        if answer.status_code >= 500:
            wrong.append(f"{answer.status_code}: {asked}")
        if mode is GenerationMode.POSITIVE:
            wrong.extend(f"{each}: {asked}" for each in answer.headers.get("proxy-status", ()))
            if operation.label != ACTIONS:
                case.validate_response(answer, checks=CHECKS)

    send()
    return wrong


def test_nothing_that_the_document_calls_valid_is_refused(world: World, operations: list[APIOperation]) -> None:
    wrong = [each for operation in operations for each in drive(operation, GenerationMode.POSITIVE, 12, world)]
    assert (len(operations), wrong) == (51, [])


def test_nothing_that_the_document_calls_invalid_is_a_server_error(
    world: World, operations: list[APIOperation]
) -> None:
    can_be_wrong = [each for each in operations if each.label not in ("GET /", "GET /v3/projects")]
    wrong = [each for operation in can_be_wrong for each in drive(operation, GenerationMode.NEGATIVE, 5, world)]
    assert wrong == []

"""What a look-up found, read from the cloud's answer."""

from __future__ import annotations

import pytest

from gateway.access.facts import Target as State
from gateway.access.requirements import Target
from gateway.access.targets import path_of, target_in
from gateway.access.values import ABSENT
from gateway.contract.model import Resource
from gateway.http.messages import Response

DISK = Target(Resource.VOLUME, "v1")


def test_an_id_is_encoded_again() -> None:
    assert path_of("p 1", Target(Resource.SNAPSHOT, "a/b?é")) == b"/v2/p%201/snapshots/a%2Fb%3F%C3%A9"


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (200, b'{"volume": {"size": 5, "metadata": {"env": "prod"}}}', {"size": 5, "metadata": {"env": "prod"}}),
        (200, b'{"volume": {"volume_type": "SSD", "attachments": [], "id": "v1"}}', {"type": "SSD", "attached": False}),
        (200, b'{"volume": {"attachments": [{}]}}', {"attached": True}),
        (200, b'{"volume": {}}', {}),
        (200, b'{"snapshot": {"size": 5}}', ABSENT),
        (200, b'{"volume": "x"}', ABSENT),
        (200, b"[]", ABSENT),
        (200, b"", ABSENT),
        (200, b'{"volume": {"metadata": {"env": "prod"}, "metadata": {}}}', ABSENT),
        (200, b'{"volume": ' + b"[" * 100_000, ABSENT),
        (404, b"", None),
        (401, b"{}", ABSENT),
        (500, b"{}", ABSENT),
    ],
)
def test_only_a_clear_answer_shows_a_state(status: int, body: bytes, state: State) -> None:
    assert target_in(Response(status, (), body), DISK) == state

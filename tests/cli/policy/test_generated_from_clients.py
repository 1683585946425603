"""The least privilege of whole recorded lives of the three client libraries: enough, and nothing in it is spare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.policy.running import folder, run
from tests.clients.cinder_life import life as cinder_life
from tests.clients.huawei_life import life as huawei_life
from tests.clients.openstack_life import life as openstack_life
from tests.clients.sessions import LIBRARY_WARNINGS, record

pytestmark = LIBRARY_WARNINGS
ALICE = ["--principal", '{"user_name": "alice", "domain_id": "d1"}']


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lives")
    tape = place / "lives.sqlite"
    record(place, tape, (cinder_life, "one"), (openstack_life, "two"), (huawei_life, "three"))
    return tape


def test_it_is_enough_and_nothing_is_spare(tape: Path, tmp_path: Path) -> None:
    least = json.loads(run("generate", tape).stdout)
    actions = [action for statement in least["Statement"] for action in statement["Action"]]
    assert len(set(actions)) == len(actions) > 10
    assert run("replay", tape, "--policies", folder(tmp_path / "whole", "off", least), *ALICE).stdout == ""
    for action in actions:
        rest = [{**each, "Action": [one for one in each["Action"] if one != action]} for each in least["Statement"]]
        less = {**least, "Statement": [each for each in rest if each["Action"]]}
        assert run("replay", tape, "--policies", folder(tmp_path / "less", "off", less), *ALICE).exit_code == 5

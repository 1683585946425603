"""Whom bindings fit."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gateway.access.bindings import read_binding, read_groups
from gateway.access.nodes import Node
from gateway.access.principals import Principal
from gateway.access.yaml_nodes import read_yaml
from gateway.errors import PolicyError

UUID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
ALICE = Principal(user_id="u1", user_name="alice", domain_id=UUID, roles=("reader", "writer"), ak="AK1")
GROUPS = {"storage": frozenset({"alice", "bob"}), "ops": frozenset({"u9"})}


def node(value: Any) -> Node:
    return read_yaml(yaml.safe_dump(value).encode(), "s")


def fits(**match: Any) -> bool:
    binding = read_binding(node({"match": match, "policies": ["full"]}), frozenset({"full"}), GROUPS)
    return binding.fits(ALICE, GROUPS)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"user_name": "alice"}, True),
        ({"user_name": "Alice"}, False),
        ({"user_name": ["bob", "al*"]}, True),
        ({"user_name": "alic?"}, True),
        ({"user_name": "alice", "user_id": "u2"}, False),
        ({"domain_id": UUID.upper()}, True),
        ({"role": "writer"}, True),
        ({"role": "owner"}, False),
        ({"group": "storage"}, True),
        ({"group": "ops"}, False),
        ({"group": "s*"}, True),
        ({"ak": "AK1"}, True),
        ({"agency": "*"}, False),
        ({"project_name": "*"}, False),
    ],
)
def test_a_binding_fits_whom_all_its_keys_fit(match: dict[str, Any], expected: bool) -> None:
    assert fits(**match) is expected


def test_groups_are_lists_of_ids_and_names() -> None:
    groups = read_groups(node({"a": ["u1", UUID.upper()], "b": "bob"}))
    assert groups == {"a": frozenset({"u1", UUID}), "b": frozenset({"bob"})}
    assert read_groups(None) == {}


@pytest.mark.parametrize(
    ("binding", "says"),
    [
        ({"match": {}, "policies": ["full"]}, "an empty match would bind everybody"),
        ({"match": {"user": "a"}, "policies": ["full"]}, "unknown key 'user'"),
        ({"match": {"user_name": ""}, "policies": ["full"]}, "user_name is empty"),
        ({"match": {"user_name": []}, "policies": ["full"]}, "user_name is an empty list"),
        ({"match": {"group": "storag"}, "policies": ["full"]}, "no group is named 'storag'; did you mean 'storage'"),
        ({"match": {"user_name": "a"}, "policies": ["ful"]}, "no policy is named 'ful'; did you mean 'full'"),
        ({"match": {"user_name": "a"}}, "policies is missing"),
        ({"policies": ["full"]}, "match is missing"),
        ({"match": {"user_name": "a"}, "policies": "full", "to": "b"}, "unknown key 'to'"),
    ],
)
def test_what_cannot_be_bound_is_refused(binding: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        read_binding(node(binding), frozenset({"full"}), GROUPS)

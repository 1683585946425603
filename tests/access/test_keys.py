"""The names of condition keys."""

from __future__ import annotations

import pytest

from gateway.access.keys import KEYS, NoKey, read_key
from gateway.access.values import ABSENT
from tests.access.asking import LIST, context


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_is_found_in_any_case_and_says_where_it_comes_from(key: object) -> None:
    name = f"{key.name}x" if key.is_family else key.name  # type: ignore[attr-defined]
    assert read_key(name.upper()).key is key
    assert key.source  # type: ignore[attr-defined]


def test_no_two_keys_are_the_same() -> None:
    assert len({key.name.lower() for key in KEYS}) == len(KEYS)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("evs:VolSize", "did you mean 'evs:VolumeSize'"),
        ("aws:RequestTag/a", "Huawei Cloud writes g:RequestTag/"),
        ("gw:RequestMetadata/", "write gw:RequestMetadata/<name>"),
        ("gw:RequestMetadata", "unknown condition key"),
        ("g:UserName/a", "unknown condition key"),
    ],
)
def test_other_names_are_refused_with_what_to_write(name: str, says: str) -> None:
    with pytest.raises(NoKey, match=says):
        read_key(name)


def test_a_key_is_read_once_and_from_what_the_facts_set_first() -> None:
    asked = context(LIST, context={"g:username": "bob"})
    assert [read_key(name).value(asked) for name in ("g:UserName", "g:UserId", "g:RequestTag/a")] == [
        "bob",
        "u1",
        ABSENT,
    ]
    assert asked.values == {"g:username": "bob", "g:userid": "u1", "g:requesttag/a": ABSENT}
    assert read_key("G:USERID").value(asked) == "u1"

"""The set file: what it says, and what is refused in it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from gateway.access.nodes import Place
from gateway.access.set_file import Entry, Layer, Level, read_set_file
from gateway.errors import PolicyError

WHOLE = b"""\
version: 1
region: ae-ad-1
timezone: Asia/Dubai
policies:
  - file: full-access.json
  - {file: sub/big.json, name: no-big, layer: guardrail, level: off}
bindings:
  - match: {group: storage}
    policies: [full-access]
groups: {storage: [alice]}
"""


def test_a_whole_file() -> None:
    found = read_set_file(WHOLE)
    assert (found.around.region, found.around.zone) == ("ae-ad-1", ZoneInfo("Asia/Dubai"))
    at = Place("policy-set.yaml", 5, 11), Place("policy-set.yaml", 6, 12)
    assert found.entries == (
        Entry("full-access.json", "full-access", Layer.IDENTITY, Level.ENFORCE, at[0]),
        Entry("sub/big.json", "no-big", Layer.GUARDRAIL, Level.OFF, at[1]),
    )
    assert [binding.policies for binding in found.bindings] == [("full-access",)]
    assert found.groups == {"storage": frozenset({"alice"})}


@pytest.mark.parametrize("more", [b"", b"\nbindings: []"])
def test_bindings_groups_and_timezone_may_be_left_out(more: bytes) -> None:
    found = read_set_file(b"version: 1\nregion: r\npolicies: [{file: a.json}]" + more)
    assert (found.bindings, found.groups, str(found.around.zone)) == ((), {}, "UTC")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b"version: 1", b"version: 2"), "1:10: unknown version '2'"),
        ((b"version: 1", b"versio: 1"), "1:1: unknown key 'versio'; did you mean 'version'"),
        ((b"region: ae-ad-1\n", b""), "1:1: region is missing"),
        ((b"ae-ad-1", b"a:b"), "2:9: 'a:b' is no region"),
        ((b"Asia/Dubai", b"Asia/Nowhere"), "3:11: unknown timezone"),
        ((b"Asia/Dubai", b"../etc"), "3:11: unknown timezone"),
        ((b"full-access.json", b"../x.json"), "5:11: '../x.json' is no file inside"),
        ((b"full-access.json", b"/x.json"), "5:11: '/x.json' is no file inside"),
        ((b"full-access.json", b"''"), "5:11: '' is no file inside"),
        ((b"name: no-big", b"name: full-access"), "6:12: two policies are named 'full-access'"),
        ((b"name: no-big", b"name: ''"), "the name of a policy is empty"),
        ((b"level: off", b"level: offf"), "unknown level 'offf'; did you mean 'off'"),
        ((b"layer: guardrail", b"layer: scp"), "unknown layer 'scp'; expected one of identity, guardrail"),
        ((b"level: off", b"mode: off"), "unknown key 'mode'"),
        ((b"{group: storage}", b"{}"), "an empty match"),
        ((b"storage: [alice]", b"storage: []"), "storage is an empty list"),
        ((b"  - file: full-access.json\n  - {", b"  {"), "policies must be a list"),
    ],
)
def test_what_is_refused(change: tuple[bytes, bytes], says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_set_file(WHOLE.replace(*change))
    assert says in str(caught.value)
    assert str(caught.value).startswith("policy-set.yaml:")

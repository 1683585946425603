"""Ids that a scope makes and understands again without having remembered them."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette import ids
from gateway.cassette.ids import Mint
from gateway.cassette.kinds import KINDS

MINT = Mint.of("seed", "scope", "0")
ALIASES = st.builds("<{}:{}>".format, st.sampled_from(KINDS), st.integers(0, 2**32 - 1))
NAMES = st.lists(st.text(), min_size=3, max_size=3)


@pytest.mark.parametrize(
    ("alias", "form"),
    [
        ("<volume:1>", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("<job:1>", r"[0-9a-f]{32}"),
        ("<project:1>", r"[0-9a-f]{32}"),
        ("<domain:1>", r"[0-9a-f]{32}"),
        ("<secret:1>", r"[0-9a-f]{16}"),
    ],
)
def test_an_id_has_the_form_of_its_kind(alias, form):
    assert re.fullmatch(form, MINT.value(alias))


@given(NAMES, ALIASES)
def test_every_id_is_valid_and_leads_back_to_its_alias(names, alias):
    value = Mint.of(*names).value(alias)
    if len(value) == 36:
        assert (UUID(value).version, str(UUID(value))) == (4, value)
    assert [Mint.of(*names).alias(each) for each in (value, value.upper())] == [alias, alias]


@given(ALIASES, ALIASES)
def test_two_aliases_have_two_ids(one, other):
    assert (MINT.value(one) == MINT.value(other)) == (one == other)


@given(NAMES, ALIASES)
def test_an_id_of_another_scope_is_a_stranger(names, alias):
    stranger = Mint.of(*names)
    assert stranger.key == MINT.key or MINT.alias(stranger.value(alias)) is None


@given(st.uuids())
def test_an_id_of_the_cloud_is_a_stranger(value):
    assert [MINT.alias(str(value)), MINT.alias(value.hex), MINT.alias(value.hex[:16])] == [None, None, None]


@pytest.mark.parametrize("text", ["", "x", "g" * 32, "<volume:1>", "591ac654-26d8-11be-bb77-4f90699d2d41"])
def test_what_has_no_form_of_ours_is_no_id(text):
    assert MINT.alias(text) is None


def test_a_kind_that_nobody_knows_is_no_alias():
    beyond = (len(KINDS) << ids.NUMBER_BITS | 1) << (ids.HEX_BITS - ids.KIND_BITS - ids.NUMBER_BITS)
    assert MINT.alias(f"{MINT._permuted(beyond, ids.HEX_BITS):032x}") is None


def test_ids_differ_by_seed_scope_generation_and_alias():
    made = [Mint.of(*names).value("<volume:1>") for names in (("s", "n", "0"), ("t", "n", "0"), ("s", "m", "0"))]
    assert len({*made, Mint.of("s", "n", "1").value("<volume:1>"), Mint.of("s", "n", "0").value("<volume:2>")}) == 5


def test_what_was_worked_out_is_remembered_within_bounds(monkeypatch):
    monkeypatch.setattr(ids, "REMEMBERED_IDS", 2)
    mint = Mint.of("bounded")
    values = [mint.value(f"<volume:{number}>") for number in range(9)]
    assert [mint.alias(value) for value in values] == [f"<volume:{number}>" for number in range(9)]
    assert (len(mint._value_of) <= 2, len(mint._alias_of) <= 2) == (True, True)


def test_every_token_is_another_one_and_looks_like_one():
    tokens = {MINT.token(number) for number in range(5)} | {Mint.of("other").token(0)}
    assert len(tokens) == 6
    assert all(re.fullmatch(r"MII[A-Za-z0-9+=-]{512}", token) for token in tokens)

"""A set of places, held against Python's own."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.places import Places

SETS = st.sets(st.integers(0, 200))


@given(SETS, SETS)
def test_it_is_a_set(one, other):
    places = Places(one)
    assert (list(places), [each in places for each in range(202)]) == (
        sorted(one),
        [each in one for each in range(202)],
    )
    assert places.isdisjoint(other) == one.isdisjoint(other)
    assert (places == Places(other), places == one) == (one == other, False)
    places.update(Places(other))
    assert places == Places(one | other)


def test_a_million_places_are_small():
    assert len(Places([1_000_000])._bits) == 125_001

"""Served writes as numbers per tag, and the gates they make."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import ALWAYS, BEGINNING, END, EVERY_WRITE, Span
from gateway.cassette.served import Numbers, Served, gate_at
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import Client, Recorder

TAG = (EVERY_WRITE,)


def two_clients():
    """Record four creations of two clients, each followed by a list."""
    recorder = Recorder()
    clients = [Client(recorder.answer, connection=name) for name in ("a", "b")]
    for client in (*clients, *clients):
        client.create()
        client("GET", "/v2/{p}/volumes")
    return MemoryIndex(recorder.exchanges, CATALOGUE)


INDEX = two_clients()


def served(*places):
    found = Served()
    for at in places:
        found.add(INDEX.recorded(at), INDEX.touches(at))
    return found


@given(st.lists(st.integers(1, 12)), st.integers(0, 13))
def test_numbers_are_a_set(added, limit):
    numbers, expected = Numbers(), set(added)
    for number in added:
        numbers.add(number)
    below = {number for number in expected if number <= limit}
    assert numbers.count == len(expected)
    assert numbers.holds(limit) == (limit in expected or limit == 0)
    assert numbers.up_to(limit) == len(below)
    assert numbers.highest(limit) == max(below, default=0)
    assert set(numbers.after(limit)) == expected - below
    assert numbers.whole == next(n for n in range(14) if n + 1 not in expected)


def test_the_first_writes_are_a_gate_and_others_none():
    first = INDEX.recorded(0)
    after = (first.began[0] + 0.5, 0)
    assert served().span(TAG, INDEX) == Span(BEGINNING, after)
    assert served(0).span(TAG, INDEX) == Span(after, (INDEX.recorded(2).began[0] + 0.5, 2))
    assert served(0, 2, 4, 6).span(TAG, INDEX).before == END
    assert served(2).span(TAG, INDEX) is None


def test_what_nothing_touches_is_always_the_same():
    assert served(2).span((), INDEX) == served(2).span(("unheard of",), INDEX) == ALWAYS
    assert served(2).latest((), END, INDEX) == BEGINNING


def test_a_clients_own_writes_make_a_gate_by_themselves():
    one, other = INDEX.recorded(0).actor, INDEX.recorded(2).actor
    assert one != other
    found = served(2)
    assert found.span(TAG, INDEX, other).holds(INDEX.recorded(3).began)
    assert not found.span(TAG, INDEX, other).holds(INDEX.recorded(7).began)
    assert found.span(TAG, INDEX, one).before == (INDEX.recorded(0).began[0] + 0.5, 0)


def test_tags_whose_gates_share_no_time_make_none():
    lists = next(touch.tag for touch in INDEX.touches(0) if "list" in touch.tag)
    thing = "<volume:3>"
    assert served(0).span((lists, thing), INDEX) is not None
    assert served(0, 2, 4).span((thing,), INDEX).after > served(0).span((lists,), INDEX).before
    alone = Served()
    alone.add(INDEX.recorded(4), [touch for touch in INDEX.touches(4) if touch.tag == thing])
    assert alone.span((lists, thing), INDEX) is None


def test_how_far_a_time_is_from_what_was_served():
    found = served(0, 4)
    last = INDEX.recorded(7).began
    assert found.latest(TAG, last, INDEX)[1] == 4
    assert [found.distance(TAG, INDEX.recorded(at).began, INDEX) for at in (0, 1, 3, 5, 7)] == [
        (2, 0),
        (1, 0),
        (1, 1),
        (0, 1),
        (0, 2),
    ]


def test_an_exchange_is_in_its_own_gate():
    for at in range(INDEX.exchanges):
        began = INDEX.recorded(at).began
        assert gate_at(TAG, began, INDEX).holds(began)


def test_a_twin_goes_its_own_way():
    found = served(0)
    twin = found.twin()
    twin.add(INDEX.recorded(2), INDEX.touches(2))
    assert (found.count, twin.count, sum(found.by_actor.values())) == (1, 2, 1)
    assert (found.of(EVERY_WRITE).count, twin.of(EVERY_WRITE).count) == (1, 2)

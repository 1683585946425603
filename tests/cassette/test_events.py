"""Events as they are written."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.events import (
    Answered,
    Forgotten,
    Learnt,
    Missed,
    Presented,
    Rewound,
    Snapshot,
    decoded,
    encoded,
    without_secrets,
)
from gateway.cassette.progress import Position

WORDS = st.text(max_size=5)
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple)
PATHS = st.lists(WORDS | st.integers(0, 9), max_size=3).map(tuple)
PLACES = st.integers(0, 10**9)
TIMES = st.floats(0, 2e9)
STEPS = st.none() | st.tuples(PLACES, st.none() | st.builds(Position, PLACES, PLACES))
EVENTS = st.one_of(
    st.builds(
        Answered,
        *(PLACES, TIMES, TIMES, st.none() | PLACES, WORDS, PAIRS, STEPS),
        *(st.lists(st.tuples(PATHS, WORDS), max_size=2).map(tuple), PAIRS, st.integers(0, 1), st.booleans()),
        st.lists(st.tuples(WORDS, st.booleans()), max_size=2).map(tuple),
    ),
    st.builds(Missed, TIMES, PAIRS, st.dictionaries(WORDS, WORDS)),
    st.sampled_from([Rewound(), Forgotten(), Presented()]),
    st.builds(Learnt, PAIRS),
    st.builds(Snapshot, st.dictionaries(WORDS, WORDS)),
)


@given(EVENTS)
def test_what_is_written_is_read_again(event):
    line = encoded(event)
    assert (decoded(line), "\n" in line) == (event, False)


def test_a_word_at_the_place_of_a_secret_is_not_written():
    words = ((("volume", "name"), "mine"), (("volume", "metadata", "password"), "hidden"))
    event = Answered(0, 0.0, 0.0, words=words)
    assert without_secrets(event) == Answered(0, 0.0, 0.0, words=words[:1])
    assert without_secrets(Rewound()) == Rewound()


def test_of_what_a_live_answer_told_only_ids_are_written():
    ids = ("b37b5c7a-93d0-418f-bd12-9b39c095290f", "11111111-2222-4333-8444-555555555555")
    key, word = ("ddea6f07b8d73d8a", "deadbeefcafe0123"), ("redacted-password-0123456789ab", "hidden")
    assert without_secrets(Learnt((ids, key, word))) == Learnt((ids,))

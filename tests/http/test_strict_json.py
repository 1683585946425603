import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.strict_json import MAX_DEPTH, Json, NotJson, parse, parse_slowly

INTEGERS = st.integers(-(2**63), 2**64 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_every_json_value_is_read(value: object) -> None:
    assert parse(json.dumps(value).encode()) == Json(value)


@given(st.binary())
def test_any_bytes_give_a_value_or_a_reason(text: bytes) -> None:
    assert isinstance(parse(text), Json | NotJson)


def test_white_space_passes() -> None:
    assert parse(b" \r\n\t[1] \n") == Json([1])


def test_zero_is_zero_in_every_form() -> None:
    assert parse(b"[0, -0, 0.0, 0e9, -0.00E-400, 1e-300]") == Json([0, 0, 0.0, 0.0, 0.0, 1e-300])


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(rb'["\ud83d\ude00"]') == Json(["\U0001f600"])


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert isinstance(parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH), Json)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": 1, "a": 1}', 'the key "a" stands twice in one object'),
        (b'[{"a": {"b": 1, "c": 2, "b": 3}}]', 'the key "b" stands twice in one object'),
        (rb'{"a": 1, "\u0061": 2}', 'the key "a" stands twice in one object'),
        (b'{"%b": 1, "%b": 2}' % (b"k" * 1000, b"k" * 1000), f'the key "{"k" * 64}..." stands twice in one object'),
        (b'{"size": NaN}', "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"[1e999]", "a number is out of range"),
        (b"[-1e999]", "a number is out of range"),
        (b"[1e-999]", "a number is out of range"),
        (b"[0.0001e-400]", "a number is out of range"),
        (b"1" * 5000, "a number is out of range"),
        (b"18446744073709551616", "a number is out of range"),
        (b"-9223372036854775809", "a number is out of range"),
        (b"\xef\xbb\xbf[1]", "it begins with a byte order mark"),
        (b"\xff\xfe[\x00", "byte 0 is not UTF-8"),
        (b"[\x001\x00]\x00", "Expecting value at character 1"),
        (b'["a\x01"]', "Invalid control character at at character 3"),
        (b"[01]", "Expecting ',' delimiter at character 2"),
        (b"[+1]", "Expecting value at character 1"),
        (b"[.5]", "Expecting value at character 1"),
        (b"[1,]", "Expecting value at character 3"),
        (b"[1] //", "Extra data at character 4"),
        (b"[1]\x00", "Extra data at character 3"),
        (b"\xc2\xa0[1]", "Expecting value at character 0"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper than 64 levels"),
        (b"[" * 100_000, "nested deeper than 64 levels"),
        (rb'["\ud83d"]', "a string holds half of a surrogate pair"),
        (rb'{"\uDE00": 1}', "a string holds half of a surrogate pair"),
        (b'["\xff"]', "byte 2 is not UTF-8"),
        (b"[1] 2", "Extra data at character 4"),
        (b"  ", "Expecting value at character 2"),
        (b"{'a': 1}", "Expecting property name enclosed in double quotes at character 1"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(text: bytes, reason: str) -> None:
    assert parse(text) == NotJson(reason)


def exactly(read: Json | NotJson) -> str:
    """Return what was read so that 1, 1.0 and true are told apart."""
    return repr(read)


# Pieces of which texts are made that a quick reader may take for others.
PIECES = [
    *(
        b'{"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1,"a" :2}',
        b'{"a" :1}',
        b'{"a:":1,"b":2}',
        b'{"a\\":":1}',
        b'"x\\u003a"',
        b"-0",
    ),
    *(
        b"1.5",
        b"1e3",
        b"18446744073709551615",
        b"18446744073709551616",
        b"-9223372036854775808",
        b"NaN",
        b"true",
        b"[]",
    ),
    *(
        b'"\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\x7f"',
        b'"\x1f"',
        b'"\xc3\xa9"',
        b'"\xff"',
        b"{}",
        b"[" * 70 + b"]" * 70,
        b"",
    ),
    *(b'{"a":' * 70 + b"1" + b"}" * 70, b'{"a":' * 64 + b"1" + b"}" * 64, b'{"a":' * 2000 + b"1" + b"}" * 2000),
]
TEXTS = st.recursive(
    st.sampled_from(PIECES),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: b"[" + b", ".join(each) + b"]")
        | st.lists(inner, max_size=3).map(
            lambda each: b"{" + b",".join(b'"%d": %b' % (at, value) for at, value in enumerate(each)) + b"}"
        )
    ),
    max_leaves=6,
)


@given(TEXTS | st.binary(max_size=20))
def test_the_quick_way_reads_what_the_slow_one_does(text: bytes) -> None:
    assert exactly(parse(text)) == exactly(parse_slowly(text))

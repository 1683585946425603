"""Cut answers go through bytes unchanged."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.answers import ENCODERS, AskedHole, EchoHole, IdHole, Template, TimeHole, TokenHole, template
from gateway.cassette.echoes import Echo
from gateway.cassette.packing import packed, unpacked
from gateway.cassette.times import Since
from gateway.http.messages import Response

PATHS = st.lists(st.text() | st.integers(0, 9), max_size=3).map(tuple)
HOLES = st.one_of(
    st.builds(IdHole, st.sampled_from(["<volume:1>", "<job:22>"])),
    st.builds(EchoHole, st.builds(Echo, st.integers(0, 10**9), PATHS, st.text()), st.binary()),
    st.builds(AskedHole, st.text(), st.binary(), st.sampled_from(ENCODERS)),
    st.just(TokenHole()),
    st.builds(TimeHole, st.text(), st.sampled_from(Since), st.floats(0, 1e10), st.sampled_from(["", '"'])),
)
PIECES = st.lists(st.binary() | HOLES, min_size=1, max_size=4).map(tuple)


@given(st.integers(100, 599), st.lists(st.tuples(st.binary(), PIECES), max_size=2).map(tuple), PIECES, st.booleans())
def test_a_template_with_holes_comes_back(status, headers, body, steady):
    made = Template(status, headers, (*body, TokenHole()), None, steady)
    assert unpacked(packed(made)) == made


@given(st.binary(), st.lists(st.tuples(st.binary(), st.binary(min_size=1)), max_size=2).map(tuple))
def test_an_answer_without_holes_comes_back_whole(body, headers):
    made = template(Response(200, headers, body), {}, (), issues_token=False)
    assert unpacked(packed(made)) == made

"""A short run in one row."""

from gateway.cassette.index import ALWAYS, Seen, Span
from gateway.stores.index_runs import packed_run, unpacked_run

EARLY, LATE = (0, 7, 1.5, 0.25, b"early..."), (3, -1, 2.5, 1.25, b"late....")
RUN = packed_run([LATE, EARLY])


def test_a_run_comes_back_in_recorded_order():
    assert unpacked_run(RUN, ALWAYS) == (Seen(0, 7, 1.5, 0.25, b"early..."), Seen(3, -1, 2.5, 1.25, b"late...."))


def test_only_what_began_within_a_span_comes_back():
    assert unpacked_run(RUN, Span(after=(1.5, 0))) == (Seen(3, -1, 2.5, 1.25, b"late...."),)
    assert unpacked_run(RUN, Span(before=(1.5, 0))) == (Seen(0, 7, 1.5, 0.25, b"early..."),)


def test_no_answers_are_no_bytes():
    assert (packed_run([]), unpacked_run(b"", ALWAYS)) == (b"", ())

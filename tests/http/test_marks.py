"""Who gave an answer, as it says."""

from __future__ import annotations

import pytest

from gateway.http.marks import NO_MARKS, Marks, marks_of
from gateway.http.messages import Headers

PROXY, CACHE = (b"proxy-status", b"a"), (b"cache-status", b"b")


@pytest.mark.parametrize(
    ("headers", "marks"),
    [
        ((), NO_MARKS),
        (((b"content-type", b"text/plain"),), NO_MARKS),
        ((PROXY,), Marks(b"a", None)),
        ((CACHE, (b"cache-status", b"later")), Marks(None, b"b")),
        ((CACHE, PROXY), Marks(b"a", b"b")),
    ],
)
def test_the_first_of_each_counts(headers: Headers, marks: Marks) -> None:
    assert marks_of(headers) == marks

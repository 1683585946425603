"""The canonical form, and the targets that it would take for one another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.access.canonical import ambiguity, body_hash, canonical_path, canonical_query, canonical_request
from gateway.contract.catalogue import parse_query, split_path
from gateway.http.messages import Request


def test_the_form_is_lines() -> None:
    request = Request("GET", b"/v2/p%20q?b=2&a=%7E&c", ((b"host", b" h "), (b"x-odd", b"1")))
    assert canonical_request(request, (b"host", b"x-absent"), body_hash(b"")).split(b"\n") == [
        b"GET",
        b"/v2/p%20q/",
        b"a=~&b=2&c=",
        b"host:h",
        b"x-absent:",
        b"",
        b"host;x-absent",
        b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ]


def test_what_the_form_forgets_is_ambiguous() -> None:
    assert canonical_path(b"/a/b") == canonical_path(b"/a%2Fb") == canonical_path(b"/a/b/")
    assert canonical_query(b"a=1&a=2") == canonical_query(b"a=2&a=1")
    assert canonical_query(b"a=%zz") == canonical_query(b"a=%25zz")
    for target in (b"/a%2Fb", b"/a/b/", b"/?a=1&a=2", b"/?a=%zz", b"/?a=+"):
        assert ambiguity(Request("GET", target)) is not None


def test_the_root_is_not() -> None:
    assert ambiguity(Request("GET", b"/")) is None


PARTS = st.sampled_from([b"/", b"a", b"%41", b"%2F", b"%2e", b"?", b"&", b"=", b"b", b"%26", b"+", b"%20"])


@given(st.lists(PARTS, max_size=9).map(lambda parts: b"/" + b"".join(parts)))
def test_an_unambiguous_target_reads_as_its_form_reads(target: bytes) -> None:
    """So two targets with one signature are one operation with one set of parameters."""
    request = Request("GET", target)
    if ambiguity(request) is None:
        assert split_path(request.path) == split_path(canonical_path(request.path))
        assert sorted(parse_query(request.query)) == list(parse_query(canonical_query(request.query)))

"""Which live text is told for which recorded one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.cassette.pairing import Pair, paired
from gateway.http.messages import Response


def said(body: Any, *headers: tuple[bytes, bytes]) -> Response:
    return Response(200, headers, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("recorded", "live", "pairs"),
    [
        ({"volume": {"id": "a", "size": 1, "old": "x"}}, {"volume": {"id": "b", "size": 2}}, [("a", "b")]),
        ({"id": "a"}, {"id": None}, []),
        ({"ids": ["a"]}, {"ids": ["b"]}, [("a", "b")]),
        ({"ids": ["a", "c"]}, {"ids": ["b", "d"]}, []),
        (
            {"volumes": [{"id": "a", "name": "one"}, {"id": "b", "display_name": "two"}, {"id": "c", "name": ""}]},
            {"volumes": [{"id": "z", "display_name": "two"}, {"id": "x"}, {"id": "y", "name": "one"}]},
            [("a", "y"), ("b", "z")],
        ),
        (
            {"volumes": [{"id": "a", "name": "one"}, {"id": "b", "name": "one"}]},
            {"volumes": [{"id": "c", "name": "one"}]},
            [],
        ),
    ],
)
def test_places_that_both_have_are_paired(recorded: Any, live: Any, pairs: list[Pair]) -> None:
    assert list(paired(said(recorded), said(live))) == pairs


def test_an_address_is_paired_from_its_end() -> None:
    recorded = said(None, (b"location", b"http://a/v2/p/volumes/v"))
    live = said(None, (b"location", b"http://b/x/v2/q/volumes/w"))
    assert list(paired(recorded, live))[:3] == [("v", "w"), ("p", "q"), ("a", "x")]

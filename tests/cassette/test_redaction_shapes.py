"""Redaction reads anybody's bytes: its work grows with their length, not with its square.

Nothing is timed here. With a pattern that gives names up letter by letter, each of these would take minutes.
"""

from __future__ import annotations

import json

import pytest

from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response

LENGTH = 150_000
SHAPES = [
    *("x", "\\", "=", "&", "a.", "a=&", "%41", '\\"', "eyJ", "MII", "gAAAA"),
    *('a="', "a=\\'", "password=", "password='", "cookie", "authorization: ", "a: "),
]
CREATE = CATALOGUE.by_id["cinder_create_volume"]
JSON = ((b"content-type", b"application/json"), (b"x-auth-token", b"tok-abcdef-123"))


@pytest.mark.parametrize("shape", SHAPES)
def test_long_runs_of_one_shape_are_read_to_their_end(shape: str) -> None:
    text = shape * (LENGTH // len(shape))
    document = json.dumps({"volume": {"description": text}}).encode()
    redactor = Redactor(b"k" * 32)
    asked = redactor.redact(Request("POST", b"/v2/p/volumes", JSON, document), Response(202, JSON, document), CREATE)
    assert asked.request.body
    form = ((b"content-type", b"application/x-www-form-urlencoded"),)
    redactor.redact(Request("POST", b"/v5/p/x?a=" + text[:16000].encode(), form, text.encode()), Response(204), None)
    page = Response(200, ((b"content-type", b"text/html"),), text.encode())
    redactor.redact(Request("GET", b"/v5/p/x"), page, None)
    assert redactor.scrub(text.encode()) is not None

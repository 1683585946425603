"""A body in the text form: nested JSON only where nothing is lost."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.cassette.text_body import Body, written


@pytest.mark.parametrize(
    "body", [b"null", b'{"b":[1,2.5,"x"],"a":true}', b"-0.0", b"1e3", b"123456789012345678901234567890"]
)
def test_json_that_reads_back_the_same_is_nested(body: bytes) -> None:
    assert list(written(body)) == ["json"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b"0.12345678901234567890",
        b"1e999",
        b"-0",
        b"NaN",
        b'"\\ud800"',
        b"[" * 500 + b"]" * 500,
        b"[" * 100_000,
        b"two\nlines\r\n",
        b"",
    ],
)
def test_other_text_is_kept_as_lines(body: bytes) -> None:
    form = written(body)
    assert list(form) == ["text"]
    assert Body.model_validate(form).content() == body


def test_bytes_that_are_no_text_are_base64() -> None:
    assert written(b"\xff\x00") == {"base64": "/wA="}
    assert Body.model_validate({"base64": "/wA="}).content() == b"\xff\x00"


def test_nested_json_comes_back_compact_and_sorted() -> None:
    assert Body.model_validate({"json": {"b": "é", "a": [1.0, None]}}).content() == '{"a":[1.0,null],"b":"é"}'.encode()


@pytest.mark.parametrize("form", [{}, {"json": 1, "text": []}, {"base64": "?"}, {"json": float("nan")}])
def test_a_body_has_exactly_one_good_form(form: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate(form)

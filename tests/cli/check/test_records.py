"""Records and what they become: one request, byte for byte, or a reason."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.check import records
from gateway.cli.check.records import Asked, Record, Unreadable, from_flags, from_har, from_lines
from gateway.http.messages import Request

JSON = ((b"content-type", b"application/json"),)


def lines(*texts: str | bytes) -> list[Record]:
    raw = b"\n".join(text if isinstance(text, bytes) else text.encode() for text in texts)
    return list(from_lines(io.BytesIO(raw)))


def asked(**members: Any) -> Request:
    (record,) = lines(json.dumps({"method": "GET", "path": "/v2/p/volumes", **members}))
    assert isinstance(record, Asked), record
    return record.request


def why(**members: Any) -> str:
    (record,) = lines(json.dumps({"id": "x", "method": "GET", "path": "/v2/p/volumes", **members}))
    assert isinstance(record, Unreadable), record
    assert record.id == "x"
    return record.why


@pytest.mark.parametrize(
    ("query", "target"),
    [
        (None, b"/v2/p/volumes"),
        ("", b"/v2/p/volumes"),
        ({}, b"/v2/p/volumes"),
        ("limit=%31&x", b"/v2/p/volumes?limit=%31&x"),
        ("?limit=1", b"/v2/p/volumes?limit=1"),
        (
            {"limit": 1, "name": ["a b", "\u00e9"], "usage": True, "none": None},
            b"/v2/p/volumes?limit=1&name=a+b&name=%C3%A9&usage=true&none=",
        ),
        ({"usage": False}, b"/v2/p/volumes?usage=false"),
    ],
)
def test_a_query_is_an_object_or_raw(query: Any, target: bytes) -> None:
    assert asked(query=query) == Request("GET", target)


def test_a_query_goes_behind_one_in_the_path() -> None:
    assert asked(path="/v2/p/volumes?a=1", query={"b": 2}).target == b"/v2/p/volumes?a=1&b=2"


def test_a_body_is_the_text_it_was_written_in() -> None:
    line = '{"method": "POST", "path": "/x", "headers": {}, "body": {"a": 1,  "a": NaN}}'
    assert lines(line) == [Asked(1, Request("POST", b"/x", (), b'{"a": 1,  "a": NaN}'))]


def test_a_string_is_the_body_itself() -> None:
    assert asked(body='{"a":\u00e9}').body == '{"a":\u00e9}'.encode()
    assert asked(body="").body == b""
    assert asked(body=None).body == b""
    assert asked(body=7).body == b"7"


def test_a_body_without_headers_is_json_and_with_headers_what_they_say() -> None:
    assert asked(body={}).headers == JSON
    assert asked(body={}, headers={}).headers == ()
    assert asked(headers={"X-A": ["1", "2"], "B": "3"}).headers == ((b"x-a", b"1"), (b"x-a", b"2"), (b"b", b"3"))
    assert asked(headers=[{"name": "X-A", "value": "1"}]).headers == ((b"x-a", b"1"),)


def test_ids_stay_what_they_are_and_lines_are_counted_without_them() -> None:
    given_ids = ['{"id": 7,', '{"id": "7",', '{"id": [-1.5, {}],', '{"id": 1e999,', '{"id": null,', "{"]
    found = lines(*(f'{start} "method": "GET", "path": "/"}}' for start in given_ids))
    assert [record.id for record in found] == [7, "7", [-1.5, {}], "1e999", None, 6]


def test_blank_lines_and_a_byte_order_mark_are_passed_by() -> None:
    found = lines(b'\xef\xbb\xbf{"method": "GET", "path": "/"}', "", "  ", '{"method": "GET", "path": "/"}')
    assert [record.id for record in found] == [1, 4]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"method": 1}, "line 1: 'method' must be a string"),
        ({"path": None}, "line 1: 'path' must be a string"),
        ({"query": 5}, "line 1: 'query' must be an object or a string"),
        ({"query": {"a": {}}}, "line 1: a value in 'query' must be a string, a number, true, false or null"),
        ({"headers": "a"}, "line 1: 'headers' must be an object, or an array of objects with name and value"),
        ({"headers": ["a"]}, "line 1: 'headers' must be an object, or an array of objects with name and value"),
        ({"headers": {"a": None}}, "line 1: the name and the value of a header must be strings"),
        ({"headers": [{"name": "a"}]}, "line 1: the name and the value of a header must be strings"),
    ],
)
def test_what_is_wrong_with_a_record_is_told(members: dict[str, Any], expected: str) -> None:
    assert why(**members) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nope", "line 1: expected '{', found 'n'"),
        ("{} {}", "line 1: more than one JSON object on the line"),
        ('{"path": "/", "path": "/"}', "line 1: 'path' stands twice in the record"),
        ("{}", "line 1: 'method' must be a string"),
        (
            r'{"method": "GET", "path": "/\ud800"}',
            "line 1: 'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed",
        ),
        (b'"\xff"', "line 1: 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"),
    ],
)
def test_a_line_that_is_no_record_costs_only_itself(line: str | bytes, expected: str) -> None:
    first, second = lines(line, '{"method": "GET", "path": "/"}')
    assert first == Unreadable(1, expected)
    assert second == Asked(2, Request("GET", b"/"))


def test_a_line_beyond_the_bound_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_LINE_BYTES", 64)
    found = lines("x" * 200, '{"method": "GET", "path": "/"}', "y" * 64)
    assert found == [
        Unreadable(1, "line 1 is longer than 64 bytes"),
        Asked(2, Request("GET", b"/")),
        Unreadable(3, "line 3 is longer than 64 bytes"),
    ]


@given(st.binary(max_size=60))
def test_any_bytes_are_records_or_reasons(raw: bytes) -> None:
    assert all(isinstance(record, Asked | Unreadable) for record in from_lines(io.BytesIO(raw)))


def test_flags_describe_one_request() -> None:
    assert from_flags("GET", "https://evs.example.com/v2/p/volumes?limit=1", ["X-A: b:c"], b"") == Request(
        "GET", b"/v2/p/volumes?limit=1", ((b"x-a", b"b:c"),)
    )
    assert from_flags("POST", "/v2/p/volumes", [], b"{}") == Request("POST", b"/v2/p/volumes", JSON, b"{}")
    assert from_flags("GET", "HTTP://evs.example.com", [], b"").target == b"/"
    with pytest.raises(records.NotReadable):
        from_flags("GET", "/", ["nothing"], b"")


def har(*entries: Any) -> list[Record]:
    log = {"version": "1.2", "creator": {"name": '"entries": ['}, "entries": list(entries), "pages": []}
    return list(from_har(io.StringIO(json.dumps({"comment": {}, "log": log})).read))


@pytest.mark.parametrize("encoding", ["encoding", "_evsEncoding"])
def test_entries_of_a_har_document_are_requests(encoding: str) -> None:
    post = {
        "method": "POST",
        "url": "https://evs.example.com/v2/p/volumes?a=1",
        "headers": [{"name": ":authority", "value": "x"}, {"name": "Content-Type", "value": "application/json"}],
        "postData": {"mimeType": "application/json", "text": "{}"},
    }
    coded = {"method": "PUT", "url": "http://x/", "postData": {"text": "e30=", encoding: "base64"}}
    assert har({"request": post}, {"request": coded}) == [
        Asked(1, Request("POST", b"/v2/p/volumes?a=1", JSON, b"{}")),
        Asked(2, Request("PUT", b"/", (), b"{}")),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ([], "entry 1: no request"),
        ({"request": {"method": "GET"}}, "entry 1: 'method' and 'url' must be strings"),
        (
            {"request": {"method": "GET", "url": "/", "postData": {"text": "%", "encoding": "base64"}}},
            "entry 1: Only base64 data is allowed",
        ),
    ],
)
def test_an_entry_without_a_request_costs_only_itself(entry: Any, expected: str) -> None:
    first, second = har(entry, {"request": {"method": "GET", "url": "/"}})
    assert first == Unreadable(1, expected)
    assert second == Asked(2, Request("GET", b"/"))


def test_a_broken_document_ends_the_reading() -> None:
    text = '{"log": {"entries": [{"request": {"method": "GET", "url": "/"}}, {"request"'
    first, second = from_har(io.StringIO(text).read)
    assert first == Asked(1, Request("GET", b"/"))
    assert isinstance(second, Unreadable)
    assert second.why.startswith("the document is unreadable after entry 1: not JSON")

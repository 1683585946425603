import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.model import JsonValue
from gateway.http.admission import MAX_BODY_BYTES, METHODS, Admitted, Inadmissible, admit
from gateway.http.messages import Headers, Request

JSON: Headers = ((b"content-type", b"application/json"),)


def of_body(body: bytes, headers: Headers = JSON) -> Admitted | Inadmissible:
    return admit(Request("POST", b"/v2/p/volumes", headers, body))


def admitted(value: JsonValue, body: bytes, headers: Headers = JSON, *, has_body: bool = True) -> Admitted:
    return Admitted(value, has_body, Request("POST", b"/v2/p/volumes", headers, body))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_methods_of_apis_are_admitted(method: str) -> None:
    request = Request(method, b"/v2")
    assert admit(request) == Admitted(None, has_body=False, request=request)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "PROPFIND", "", "GET "])
def test_any_other_method_is_refused(method: str) -> None:
    assert admit(Request(method, b"/v2")) == Inadmissible(501, "The request method is unknown here.")


def test_a_target_of_two_readings_is_refused() -> None:
    fault = Inadmissible(400, "The request path holds a dot segment.")
    assert admit(Request("GET", b"/v2/../v3")) == fault


def test_fields_of_two_readings_are_refused() -> None:
    fault = Inadmissible(400, "The Host header is malformed.")
    assert admit(Request("GET", b"/v2", ((b"host", b""),))) == fault


def test_what_a_client_may_not_say_is_not_looked_at() -> None:
    request = Request("GET", b"/v2", ((b"x-roles", b"admin"), (b"host", b"gw")))
    assert admit(request) == Admitted(None, False, Request("GET", b"/v2", ((b"host", b"gw"),)))


def test_no_body_is_fine_whatever_the_headers_say() -> None:
    headers = (*JSON, (b"content-length", b"0"))
    assert of_body(b"", headers) == admitted(None, b"", headers, has_body=False)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        JSON,
        ((b"content-type", b"application/json; charset=UTF-8"),),
        ((b"content-type", b"application/vnd.x+json"),),
        ((b"content-type", b"text/plain"),),
    ],
)
def test_a_json_body_is_read(headers: Headers) -> None:
    body = b' {"volume": null}\n'
    assert of_body(body, headers) == admitted({"volume": None}, body, headers)


def test_null_is_a_body() -> None:
    assert of_body(b"null") == admitted(None, b"null")


@pytest.mark.parametrize("headers", [(), JSON, ((b"content-type", b"text/plain"),)])
def test_what_looks_like_json_must_be_json(headers: Headers) -> None:
    assert of_body(b'{"a": 1, "a": 2}', headers) == Inadmissible(
        400, 'The request body is not valid JSON: the key "a" stands twice in one object.'
    )


def test_a_body_of_another_type_is_opaque() -> None:
    headers: Headers = ((b"content-type", b"application/x-www-form-urlencoded; charset=latin-1"),)
    assert of_body(b"a=1", headers) == admitted(None, b"a=1", headers)


@pytest.mark.parametrize("media", [b"json", b"application/json, text/xml", b"a/b; c d", b"a/b" + b"; \t" * 500 + b"?"])
def test_a_malformed_content_type_is_refused(media: bytes) -> None:
    fault = Inadmissible(415, "The Content-Type is malformed.")
    assert of_body(b"{}", ((b"content-type", media),)) == fault


@pytest.mark.parametrize("charset", [b"utf-16", b'"UTF-7"', b"latin-1", b"utf-8;charset=utf-16"])
def test_json_has_no_other_charset(charset: bytes) -> None:
    fault = Inadmissible(415, "JSON is UTF-8; the Content-Type names another charset.")
    assert of_body(b"{}", ((b"content-type", b"application/json; Charset=" + charset),)) == fault


@pytest.mark.parametrize("charset", [b"utf-8", b'"UTF8"', b"us-ascii;x=y"])
def test_utf8_may_be_said(charset: bytes) -> None:
    headers: Headers = ((b"content-type", b"application/json ;charset=" + charset),)
    assert of_body(b"{}", headers) == admitted({}, b"{}", headers)


def test_a_byte_order_mark_is_refused() -> None:
    fault = Inadmissible(400, "The request body is not valid JSON: it begins with a byte order mark.")
    assert of_body(b"\xef\xbb\xbf{}", ((b"content-type", b"text/plain"),)) == fault


@pytest.mark.parametrize("coding", [b"gzip", b" BR "])
def test_a_compressed_body_is_refused(coding: bytes) -> None:
    assert of_body(b"{}", (*JSON, (b"content-encoding", coding))) == Inadmissible(
        415, "A request body must not be compressed."
    )


def test_the_identity_coding_is_none() -> None:
    headers: Headers = ((b"content-encoding", b"Identity"),)
    assert of_body(b"{}", headers) == admitted({}, b"{}", headers)


TOO_LARGE = Inadmissible(413, "The request body is larger than 12582912 bytes.")


def test_a_body_over_the_bound_is_refused() -> None:
    assert of_body(b" " * (MAX_BODY_BYTES + 1)) == TOO_LARGE
    full = b"1" + b" " * (MAX_BODY_BYTES - 1)
    assert of_body(full) == admitted(1, full)


def test_a_body_announced_over_the_bound_is_refused_before_it_is_there() -> None:
    assert of_body(b"", ((b"content-length", str(MAX_BODY_BYTES + 1).encode()),)) == TOO_LARGE
    assert of_body(b"", ((b"content-length", b"9" * 5000),)) == TOO_LARGE


NAMES = st.sampled_from([b"content-type", b"content-length", b"content-encoding", b"host", b"x-roles"])
HEADERS = st.lists(st.tuples(NAMES, st.binary())).map(tuple)
METHOD = st.sampled_from(sorted(METHODS)) | st.text()
BODY = st.binary() | st.binary().map(lambda end: b'{"volume": ' + end)


@given(METHOD, st.binary(), BODY, HEADERS)
def test_any_bytes_are_judged(method: str, target: bytes, body: bytes, headers: Headers) -> None:
    assert isinstance(admit(Request(method, b"/" + target, headers, body)), Admitted | Inadmissible)

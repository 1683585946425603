import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.admission import MAX_BODY_BYTES, MAX_TARGET_BYTES, Admitted, Inadmissible, admit
from gateway.http.messages import Headers, Request

JSON: Headers = ((b"content-type", b"application/json"),)


def of_target(target: bytes) -> Admitted | Inadmissible:
    return admit(Request("GET", target))


def of_body(body: bytes, headers: Headers = JSON) -> Admitted | Inadmissible:
    return admit(Request("POST", b"/v2/p/volumes", headers, body))


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/v2",
        b"/v2.1/p/cloudvolumes",
        b"/v2/p/volumes/%64etail",
        b"/v2/p/volumes/detail?limit=1&marker=&name=a%20b+c;d",
        b"/v2/p/volumes?",
        b"//v2//p/",
        b"/v2/p/volumes/id/metadata/a%2Fb..c",
        b"/v2/p/volumes/...",
        b"/v2/p/volumes?name=../..",
        b"/v2/p/volumes?metadata={'a':'b'}",
    ],
)
def test_an_origin_form_target_is_admitted(target: bytes) -> None:
    assert of_target(target) == Admitted(None, has_body=False)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (b"", "The request target must be a path that begins with a slash."),
        (b"*", "The request target must be a path that begins with a slash."),
        (b"http://other/v2", "The request target must be a path that begins with a slash."),
        (b"/v2/p%", "The request target holds a broken percent-encoding."),
        (b"/v2?a=%4", "The request target holds a broken percent-encoding."),
        (b"/v2?a=%zz", "The request target holds a broken percent-encoding."),
        (b"/v2/%00", "The request target holds an encoded NUL."),
        (b"/v2?a=%00", "The request target holds an encoded NUL."),
        (b"/v2/\x00", "The request target holds a character that must be percent-encoded."),
        (b"/v2/\xe9", "The request target holds a character that must be percent-encoded."),
        (b"/v2/a b", "The request target holds a character that must be percent-encoded."),
        (b"/v2#a", "The request target holds a character that must be percent-encoded."),
        (b"/v2/../v3", "The request path holds a dot segment."),
        (b"/v2/.", "The request path holds a dot segment."),
        (b"/v2/%2e%2E/v3", "The request path holds a dot segment."),
        (b"/v2/.%2e", "The request path holds a dot segment."),
        (b"/v2/p%2F..%2fq", "The request path holds a dot segment."),
        (b"/v2/p\\..\\q", "The request path holds a dot segment."),
        (b"/v2/./p?x=1", "The request path holds a dot segment."),
        (b"/" + b"a" * MAX_TARGET_BYTES, "The request target is longer than 16384 bytes."),
    ],
)
def test_any_other_target_is_refused(target: bytes, message: str) -> None:
    assert of_target(target) == Inadmissible(400, message)


def test_no_body_is_fine_whatever_the_headers_say() -> None:
    headers = (*JSON, (b"content-length", b"0"))
    assert of_body(b"", headers) == Admitted(None, has_body=False)


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
    assert of_body(b' {"volume": null}\n', headers) == Admitted({"volume": None}, has_body=True)


def test_null_is_a_body() -> None:
    assert of_body(b"null") == Admitted(None, has_body=True)


@pytest.mark.parametrize("headers", [(), JSON, ((b"content-type", b"text/plain"),)])
def test_what_looks_like_json_must_be_json(headers: Headers) -> None:
    assert of_body(b'{"a": 1, "a": 2}', headers) == Inadmissible(
        400, 'The request body is not valid JSON: the key "a" stands twice in one object.'
    )


def test_a_body_of_another_type_is_opaque() -> None:
    assert of_body(b"a=1", ((b"content-type", b"application/x-www-form-urlencoded"),)) == Admitted(None, has_body=True)


@pytest.mark.parametrize("coding", [b"gzip", b" BR "])
def test_a_compressed_body_is_refused(coding: bytes) -> None:
    assert of_body(b"{}", (*JSON, (b"content-encoding", coding))) == Inadmissible(
        415, "A request body must not be compressed."
    )


def test_the_identity_coding_is_none() -> None:
    assert of_body(b"{}", ((b"content-encoding", b"Identity"),)) == Admitted({}, has_body=True)


TOO_LARGE = Inadmissible(413, "The request body is larger than 12582912 bytes.")


def test_a_body_over_the_bound_is_refused() -> None:
    assert of_body(b" " * (MAX_BODY_BYTES + 1)) == TOO_LARGE
    assert of_body(b"1" + b" " * (MAX_BODY_BYTES - 1)) == Admitted(1, has_body=True)


def test_a_body_announced_over_the_bound_is_refused_before_it_is_there() -> None:
    assert of_body(b"", ((b"content-length", str(MAX_BODY_BYTES + 1).encode()),)) == TOO_LARGE
    assert of_body(b"", ((b"content-length", b"9" * 5000),)) == TOO_LARGE


HEADERS = st.lists(st.tuples(st.sampled_from([b"content-type", b"content-length"]), st.binary())).map(tuple)


@given(st.binary(), st.binary(), HEADERS)
def test_any_bytes_are_judged(target: bytes, body: bytes, headers: Headers) -> None:
    assert isinstance(admit(Request("PUT", b"/" + target, headers, body)), Admitted | Inadmissible)

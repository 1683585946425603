import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.fields import MAX_FIELDS, MAX_FIELDS_BYTES, SINGLETONS, Inadmissible, judge_fields
from gateway.http.messages import Headers

HOST = (b"host", b"gw:8776")


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (HOST,),
        ((b"host", b"[::1]:8776"),),
        ((b"host", b"evs.ae-ad-1.g42cloud.com"),),
        (HOST, (b"x-auth-token", b"t" * 100_000), (b"x-subject-token", b"s" * 100_000)),
        (HOST, (b"accept", b"a"), (b"accept", b"b"), (b"accept-encoding", b"gzip"), (b"accept-encoding", b"br")),
        (HOST, (b"connection", b"keep-alive, Upgrade, HTTP2-Settings"), (b"upgrade", b"h2c")),
        (HOST, (b"connection", b"x-trace"), (b"x-trace", b"1")),
        (HOST, (b"expect", b"100-Continue")),
        (HOST, (b"x_odd", b"1"), (b"x-odd", b"2")),
        (HOST, (b"x-odd", b"\xe9\xff \t"), (b"x-empty", b"")),
        (HOST, (b"x-project-id", b"p"), (b"x-domain-id", b"d"), (b"x-language", b"en-us")),
        tuple((b"x-%d" % number, b"") for number in range(MAX_FIELDS)),
        ((b"x", b"v" * (MAX_FIELDS_BYTES - 1)),),
    ],
)
def test_fields_of_one_reading_pass_as_they_are(headers: Headers) -> None:
    assert judge_fields(headers) == headers


@pytest.mark.parametrize(
    "name",
    [
        *(b"x-user-id", b"x-roles", b"x-identity-status", b"x-service-catalog", b"x-service-anything", b"x-tenant-id"),
        *(b"x-http-method-override", b"x-original-url", b"x-rewrite-url", b"X-User-Id"),
    ],
)
def test_what_a_client_may_not_say_is_taken_away(name: bytes) -> None:
    assert judge_fields((HOST, (name, b"admin"), (b"x-odd", b"1"), (name, b"2"))) == (HOST, (b"x-odd", b"1"))


@pytest.mark.parametrize("name", sorted(SINGLETONS))
@pytest.mark.parametrize("other", [b"1", b"2"])
def test_a_field_of_one_value_stands_once(name: bytes, other: bytes) -> None:
    fault = Inadmissible(400, f"The header field {name.decode()} stands twice in the request.")
    assert judge_fields(((name, b"1"), (name.upper(), other))) == fault


@pytest.mark.parametrize(
    "name",
    [
        *(b"X_Auth_Token", b"content_length", b"transfer_encoding", b"x_auth-token"),
        *(b"x_user_id", b"x_service_x", b"x_http_method_override", b"content_type", b"keep_alive"),
    ],
)
def test_a_twin_with_underscores_is_refused(name: bytes) -> None:
    message = f"The header field {name.decode()} would be another one to some servers."
    assert judge_fields((HOST, (name, b"1"))) == Inadmissible(400, message)


@pytest.mark.parametrize("name", [b"", b"a b", b"a:", b"a\r\nb", b"\xe9", b"a\x00", b"(a)"])
def test_a_name_is_a_token(name: bytes) -> None:
    assert judge_fields(((name, b"1"),)) == Inadmissible(400, "The name of a header field is malformed.")


@pytest.mark.parametrize("value", [b"a\rb", b"a\nb", b"\x00", b"\x1b[2J", b"\x7f"])
def test_a_value_holds_no_control_character(value: bytes) -> None:
    fault = Inadmissible(400, "The header field x-odd holds a control character.")
    assert judge_fields(((b"x-odd", value),)) == fault


@pytest.mark.parametrize(
    "host", [b"", b"a b", b"user@gw", b"gw:", b"gw:port", b"gw:123456", b"gw/path", b"[::1", b"gw,gw2", b"g\xe9"]
)
def test_the_host_is_a_name_or_an_address(host: bytes) -> None:
    assert judge_fields(((b"host", host),)) == Inadmissible(400, "The Host header is malformed.")


@pytest.mark.parametrize("named", [b"X-Auth-Token", b"close, x-auth-token", b"keep-alive,\tX-AUTH-TOKEN ,x"])
def test_connection_names_nothing_that_is_judged(named: bytes) -> None:
    fault = Inadmissible(400, "Connection may not name x-auth-token.")
    assert judge_fields((HOST, (b"x-auth-token", b"t"), (b"connection", named))) == fault


def test_each_connection_header_is_read() -> None:
    headers = (HOST, (b"connection", b"close"), (b"connection", b"content-type"))
    assert judge_fields(headers) == Inadmissible(400, "Connection may not name content-type.")


def test_another_expectation_is_refused() -> None:
    fault = Inadmissible(417, "The only expectation is 100-continue.")
    assert judge_fields((HOST, (b"expect", b"the-best"))) == fault


def test_too_many_fields_are_refused() -> None:
    headers = tuple((b"x-%d" % number, b"") for number in range(MAX_FIELDS + 1))
    assert judge_fields(headers) == Inadmissible(431, "The request has more than 128 header fields.")


def test_too_large_fields_are_refused() -> None:
    fault = Inadmissible(431, "The request header fields are larger than 262144 bytes.")
    assert judge_fields(((b"x", b"v" * MAX_FIELDS_BYTES),)) == fault


NAMES = st.sampled_from([b"host", b"connection", b"expect", b"x-auth-token", b"x_auth_token", b"x-user-id"])


@given(st.lists(st.tuples(NAMES | st.binary(), st.binary())).map(tuple))
def test_any_bytes_are_judged(headers: Headers) -> None:
    judged = judge_fields(headers)
    assert isinstance(judged, Inadmissible) or set(judged) <= set(headers)

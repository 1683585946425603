"""Nothing secret leaves redaction, in any form; all else leaves as it came."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.redaction import Redacted, Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response

KEY = bytes(range(32))
SHOW = CATALOGUE.by_id["cinder_show_volume"]
ISSUE = CATALOGUE.by_id["iam_create_token"]
JSON = ((b"content-type", b"application/json"),)
TOKEN = b"MIIDkgYJKoZIhvcNAQcCoIIDgzCCA38+abc/DEF0123456789=-end"
LIST = Request("GET", b"/v2/p/volumes")


def _stored(redacted: Redacted) -> bytes:
    request, response = redacted.request, redacted.response
    headers = (*request.headers, *response.headers)
    return b"\n".join((request.target, *(b": ".join(each) for each in headers), request.body, response.body))


def _redact(request: Request, response: Response, redactor: Redactor | None = None) -> Redacted:
    return (redactor or Redactor(KEY)).redact(request, response, SHOW)


def _posted(body: object, **headers: bytes) -> Request:
    named = tuple((name.replace("_", "-").encode(), value) for name, value in headers.items())
    return Request("POST", b"/v2/p/volumes", JSON + named, json.dumps(body).encode())


def test_what_holds_no_secret_is_stored_as_it_came() -> None:
    request = Request("GET", b"/v2/p/volumes?limit=2", ((b"accept", b"application/json"),), connection="c")
    response = Response(200, (*JSON, (b"content-length", b"24")), b'{"volumes": [{"a": 1.0}]}')
    assert _redact(request, response) == Redacted(request, response, ())


def test_headers_are_stored_by_allow_list() -> None:
    headers = ((b"host", b"h"), (b"user-agent", b"u"), (b"x-auth-token", TOKEN), (b"x-own", b"1"), (b"cookie", b"a=b"))
    answered = ((b"set-cookie", b"sid=0123456789abcdef; path=/"), (b"vary", b"accept"), (b"x-own", b"1"))
    redacted = _redact(Request("GET", b"/", headers), Response(200, answered))
    assert redacted.request.headers == ((b"user-agent", b"u"),)
    assert redacted.response.headers == ((b"vary", b"accept"),)
    assert redacted.rules == ("header:cookie", "header:set-cookie", "header:x-auth-token")


def test_a_head_answer_keeps_the_length_it_told() -> None:
    response = Response(200, ((b"content-length", b"120"),))
    assert _redact(Request("HEAD", b"/"), response).response == response


def test_a_signature_goes_and_its_frame_stays() -> None:
    value = b"SDK-HMAC-SHA256 Access=AK0123456789, SignedHeaders=host;x-sdk-date, Signature=" + b"0f" * 32
    redacted = _redact(Request("GET", b"/", ((b"authorization", value),)), Response(200, (), b"0f" * 32))
    assert redacted.request.headers == (
        (
            b"authorization",
            b"SDK-HMAC-SHA256 Access=AK0123456789, SignedHeaders=host;x-sdk-date, Signature=redacted-signature",
        ),
    )
    assert b"0f0f" not in _stored(redacted)


def test_basic_credentials_go_and_their_password_is_hunted() -> None:
    value = b"Basic " + base64.b64encode(b"me:hunter2hunter2")
    redacted = _redact(Request("GET", b"/", ((b"authorization", value),)), Response(401, (), b"bad: hunter2hunter2"))
    assert redacted.request.headers[0][1].startswith(b"Basic redacted-token-")
    assert b"hunter2" not in _stored(redacted)


def test_an_issued_token_leaves_a_placeholder_to_hand_out() -> None:
    body = {
        "auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "n", "password": "Secr3t!x"}}}}
    }
    response = Response(201, (*JSON, (b"x-subject-token", TOKEN)), b'{"token": {"catalog": [{"id": "evs"}]}}')
    redacted = Redactor(KEY).redact(_posted(body), response, ISSUE)
    kept = json.loads(redacted.request.body)["auth"]["identity"]["password"]["user"]
    assert kept["name"] == "n"
    assert kept["password"].startswith("redacted-password-")
    token = redacted.response.header(b"x-subject-token")
    assert token is not None
    assert (token[:15], len(token)) == (b"redacted-token-", 27)
    assert redacted.response.body == response.body


def test_a_token_to_be_renewed_is_removed_from_its_body() -> None:
    redacted = _redact(_posted({"auth": {"identity": {"token": {"id": "abc"}}}}), Response(201))
    assert json.loads(redacted.request.body)["auth"]["identity"]["token"]["id"].startswith("redacted-token-")


def test_a_transfer_key_is_the_same_in_answer_and_request() -> None:
    redactor = Redactor(KEY)
    created = _redact(LIST, Response(202, JSON, b'{"transfer": {"auth_key": "9266c59563c84664"}}'), redactor)
    accepted = _redact(_posted({"accept": {"auth_key": "9266c59563c84664"}}), Response(202), redactor)
    other = _redact(_posted({"accept": {"auth_key": "0000000000000000"}}), Response(400), redactor)
    placeholder = json.loads(created.response.body)["transfer"]["auth_key"]
    assert json.loads(accepted.request.body)["accept"]["auth_key"] == placeholder
    assert json.loads(other.request.body)["accept"]["auth_key"] != placeholder


@pytest.mark.parametrize(
    "name", ["password", "adminPass", "user_data", "db-password", "SECRET", "access_key", "API.Key"]
)
def test_a_secret_member_goes_wherever_it_stands(name: str) -> None:
    redacted = _redact(LIST, Response(200, JSON, json.dumps({"a": [{"metadata": {name: "xyz"}}]}).encode()))
    assert b"xyz" not in redacted.response.body
    assert b"redacted-" in redacted.response.body


def test_a_name_written_in_escapes_is_still_a_secret_name() -> None:
    redacted = _redact(LIST, Response(200, JSON, b'{"p\\u0061ssw\\u006frd": "xyz"}'))
    assert b"xyz" not in redacted.response.body


def test_only_the_secret_changes_in_a_body_and_its_length_follows() -> None:
    body = b'{ "x":1.0,"x":2 ,"adminPass": "abc","n":"\\u00e9", "pin_token": 123456, "empty_token": "" }'
    redacted = _redact(LIST, Response(200, (*JSON, (b"content-length", b"95")), body)).response
    start, _, rest = redacted.body.partition(b'"redacted-password-')
    assert start == b'{ "x":1.0,"x":2 ,"adminPass": '
    assert rest[12:] == b'","n":"\\u00e9", "pin_token": 0, "empty_token": "" }'
    assert redacted.header(b"content-length") == str(len(redacted.body)).encode()


def test_secret_parameters_and_tokens_in_paths_go() -> None:
    redacted = _redact(
        Request("GET", b"/v2.0/tokens/abcd?limit=1&X-Auth-Token=a%20b"),
        Response(302, ((b"location", b"https://h/v2?sig%6Eature=xyz&marker=m"),)),
    )
    path, _, query = redacted.request.target.partition(b"?")
    assert path.startswith(b"/v2.0/tokens/redacted-token-")
    assert query.startswith(b"limit=1&X-Auth-Token=redacted-token-")
    location = redacted.response.header(b"location") or b""
    assert location.startswith(b"https://h/v2?sig%6Eature=redacted-signature-")
    assert location.endswith(b"&marker=m")


_SPELLED = {
    "raw": lambda value: value,
    "url": lambda value: quote(value, safe="").encode(),
    "lower url": lambda value: quote(value, safe="").lower().encode() if value.islower() else quote(value).encode(),
    "base64": base64.b64encode,
    "base64 in a pair": lambda value: base64.b64encode(b"me:" + value),
    "base64 url": lambda value: base64.urlsafe_b64encode(b"x" + value),
    "json": lambda value: json.dumps(value.decode())[1:-1].replace("/", "\\/").encode(),
}


@pytest.mark.parametrize("spelled", _SPELLED.values(), ids=_SPELLED.keys())
@pytest.mark.parametrize("secret", [TOKEN, b"9266c59563c84664", b'p"a/ss +w\\rd1', b"abc/+?", "pässwörd€1".encode()])
def test_a_removed_value_is_hunted_in_everything_else(secret: bytes, spelled: object) -> None:
    assert callable(spelled)
    echo = spelled(secret)
    request = _posted({"auth_key": secret.decode()}, user_agent=b"agent " + echo.replace(b"\\", b"/"))
    response = Response(404, ((b"content-type", b"text/html"), (b"etag", echo)), b"<p>" + echo + b"</p>")
    redacted = _redact(request, response)
    assert echo not in _stored(redacted)
    assert secret not in _stored(redacted)
    assert "taint" in redacted.rules


def test_a_value_removed_once_is_hunted_later() -> None:
    redactor = Redactor(KEY)
    _redact(Request("GET", b"/", ((b"x-auth-token", TOKEN),)), Response(200), redactor)
    later = _redact(Request("GET", b"/v2/" + quote(TOKEN, safe="").encode()), Response(200), redactor)
    assert later.request.target.startswith(b"/v2/redacted-token-")


def test_a_value_that_is_only_recognised_is_withheld_with_its_body() -> None:
    odd = TOKEN.replace(b"/", b"%u002f").replace(b"+", b"&plus;")
    redacted = _redact(Request("GET", b"/", ((b"x-auth-token", TOKEN),)), Response(500, (), odd))
    assert (redacted.response.body, redacted.rules) == (b"", ("header:x-auth-token", "taint", "withheld"))


def test_a_short_secret_and_a_word_of_the_api_are_removed_in_place_only() -> None:
    body = b'{"metadata": {"token": "available", "secret": "abc"}, "status": "available", "name": "abc"}'
    redacted = json.loads(_redact(LIST, Response(200, JSON, body)).response.body)
    assert (redacted["status"], redacted["name"]) == ("available", "abc")
    assert all(value.startswith("redacted-") for value in redacted["metadata"].values())


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((*JSON, (b"content-encoding", b"gzip")), b"\x1f\x8b"),
        (((b"content-type", b"application/octet-stream"),), b"\xff\xfe"),
        (JSON, '{"password": "x"}'.encode("utf-16")),
        (JSON, b'{"password": "xyz"'),
        ((), b'[{"password": "xyz", }'),
    ],
)
def test_what_cannot_be_read_is_withheld(headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    redacted = _redact(Request("POST", b"/", headers, body), Response(200, headers, body))
    assert (redacted.request.body, redacted.response.body, redacted.rules) == (b"", b"", ("withheld",))


def test_declared_text_of_another_coding_is_kept() -> None:
    response = Response(500, ((b"content-type", b"text/html; charset=latin-1"),), b"d\xe9sol\xe9")
    assert _redact(LIST, response).response == response


def test_utf_8_of_no_declared_type_is_kept() -> None:
    response = Response(500, (), "désolé".encode())
    assert _redact(LIST, response).response == response


def test_forms_and_plain_text_lose_what_follows_a_secret_name() -> None:
    form = Request(
        "POST", b"/", ((b"content-type", b"application/x-www-form-urlencoded"),), b"grant=x&client_secret=abc"
    )
    redacted = _redact(form, Response(400, ((b"content-type", b"text/plain"),), b"X-Auth-Token: abc, state: fine"))
    assert redacted.request.body.startswith(b"grant=x&client_secret=redacted-secret-")
    assert redacted.response.body.startswith(b"X-Auth-Token: redacted-token-")
    assert redacted.response.body.endswith(b", state: fine")


def test_json_told_in_a_message_is_read_too() -> None:
    told = json.dumps({"message": json.dumps({"password": "xyz", "n": 1}), "tokens": None}).encode()
    redacted = json.loads(_redact(LIST, Response(400, JSON, told)).response.body)
    assert "xyz" not in redacted["message"]
    assert json.loads(redacted["message"])["n"] == 1


def test_what_nobody_described_is_searched_for_the_shapes_of_tokens() -> None:
    fernet = b"gAAAAABl" + b"0aB-_" * 20
    redacted = Redactor(KEY).redact(LIST, Response(200, JSON, b'{"x": "' + fernet + b'"}'), None)
    assert redacted.response.body.startswith(b'{"x": "redacted-token-')
    assert redacted.rules == ("shape:token",)


def test_redacting_again_changes_nothing() -> None:
    redactor = Redactor(KEY)
    signed = b"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0f0f"
    request = _posted({"auth_key": "9266c59563c84664", "n": 'password="abc"'}, authorization=signed)
    once = _redact(request, Response(201, ((b"x-subject-token", TOKEN),)), redactor)
    again = _redact(once.request, once.response, Redactor(b"another key"))
    assert again == Redacted(once.request, once.response, ())


def test_a_log_line_is_scrubbed() -> None:
    redactor = Redactor(KEY)
    _redact(Request("GET", b"/", ((b"x-auth-token", TOKEN),)), Response(200), redactor)
    line = b"GET /x " + TOKEN + b' {\\"password\\": \\"xyz\\"} Authorization: Bearer abcdef Cookie: a=b; c=d'
    clean = redactor.scrub(line)
    assert not any(secret in clean for secret in (TOKEN, b"xyz", b"abcdef", b"a=b"))
    assert clean.startswith(b"GET /x redacted-token-")
    assert redactor.scrub(b"volume v: available") == b"volume v: available"
    assert redactor.scrub(TOKEN.replace(b"/", b"?")) == b"withheld"


@given(st.text(min_size=6), st.sampled_from(["password", "auth_key", "token"]), st.text(), st.text())
def test_no_secret_is_left_after_redaction(secret: str, name: str, before: str, after: str) -> None:
    padded = f"{secret}:{'s3' * 9}"
    body = json.dumps({name: padded, "message": f"{before}{padded}{after}"}, ensure_ascii=False)
    request = Request("POST", b"/v2?x=" + quote(padded, safe="", errors="replace").encode(), JSON, body.encode())
    redacted = _redact(request, Response(200, JSON, json.dumps([padded]).encode()))
    assert padded.encode() not in _stored(redacted)
    assert b"s3" * 9 not in _stored(redacted)


@given(st.binary(), st.binary(), st.sampled_from([b"application/json", b"text/html", b""]), st.binary())
def test_any_bytes_can_be_redacted(target: bytes, body: bytes, content_type: bytes, value: bytes) -> None:
    headers = ((b"content-type", content_type), (b"authorization", value), (b"proxy-authorization", value))
    Redactor(KEY).redact(Request("PUT", target, headers, body), Response(200, headers, body), None)


@pytest.mark.parametrize("told", [b"a0/\xc3\x9f-secret", b"a0%2F%C3%9F-secret"])
def test_a_cookie_is_hunted_as_it_was_written_and_decoded(told: bytes) -> None:
    request = Request("GET", b"/v2/p/volumes", ((b"cookie", b"sid=a0%2F%C3%9F-secret"),))
    assert b"-secret" not in _redact(request, Response(400, (), b"no: " + told)).response.body


def test_a_secret_in_a_json_text_inside_a_json_text_is_found() -> None:
    inner = json.dumps({"got": "a0/\u00df-secret"})
    response = Response(400, JSON, json.dumps({"error": inner}).encode())
    assert b"-secret" not in _redact(_posted({"password": "a0/\u00df-secret"}), response).response.body

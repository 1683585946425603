"""HAR 1.2: what we write is valid and reads back as it was; what others write is understood."""

from __future__ import annotations

import base64
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.har import read, written
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response
from tests.cassette.har_schema import HAR
from tests.cassette.test_text import EXCHANGES

P = "40acc331ac784f34842ba4f08ff2be48"
EXCHANGE = Exchange(
    "cinder_list_volumes_detail",
    Request("GET", f"/v2/{P}/volumes/detail?limit=1&name=a%20b".encode(), ((b"accept", b"*/*"),), connection="c1"),
    Response(200, ((b"content-type", b"application/json"), (b"content-length", b"14")), b'{"volumes":[]}'),
    1_700_000_000.25,
    1_700_000_000.75,
    CredentialClass.TOKEN,
    ("header:x-auth-token",),
    ("warn unknown /n",),
    seq=1,
)


def document(*exchanges: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(written(exchanges)))
    return found


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(status: int = 200, **request: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2023-11-14T23:13:20.250+01:00",
        "time": 500,
        "request": {"method": "GET", "url": f"https://evs.example.com/v2/{P}/volumes/detail", "headers": [], **request},
        "response": {"status": status, "headers": [], "content": {"text": '{"volumes":[]}'}},
        "connection": "443",
    }


def test_an_exchange_reads_well_in_a_browser() -> None:
    (found,) = document(EXCHANGE)["log"]["entries"]
    assert found == {
        "startedDateTime": "2023-11-14T22:13:20.250000+00:00",
        "time": 500.0,
        "request": {
            "method": "GET",
            "url": f"http://evs.invalid/v2/{P}/volumes/detail?limit=1&name=a%20b",
            "queryString": [{"name": "limit", "value": "1"}, {"name": "name", "value": "a b"}],
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "accept", "value": "*/*"}],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "content-type", "value": "application/json"},
                {"name": "content-length", "value": "14"},
            ],
            "headersSize": -1,
            "content": {"size": 14, "mimeType": "application/json", "text": '{"volumes":[]}'},
            "redirectURL": "",
            "bodySize": 14,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 500.0, "receive": 0},
        "connection": "c1",
        "_evsGateway": {
            "operation": "cinder_list_volumes_detail",
            "credential": "token",
            "started_at": 1_700_000_000.25,
            "completed_at": 1_700_000_000.75,
            "connection": "c1",
            "redactions": ["header:x-auth-token"],
            "findings": ["warn unknown /n"],
        },
    }


def test_the_address_is_the_callers_choice() -> None:
    (found,) = json.loads(b"".join(written([EXCHANGE], "https://evs.example.com")))["log"]["entries"]
    assert found["request"]["url"].startswith("https://evs.example.com/v2/")


@given(st.lists(EXCHANGES, max_size=3))
def test_any_exchange_comes_back_from_a_valid_document(exchanges: list[Exchange]) -> None:
    jsonschema.validate(document(*exchanges), HAR)
    assert read(b"".join(written(exchanges))) == [each.numbered(seq) for seq, each in enumerate(exchanges, 1)]


def test_what_another_tool_wrote_is_understood() -> None:
    other = entry(
        headers=[
            {"name": ":path", "value": "/"},
            {"name": "X-Auth-Token", "value": "t"},
            {"name": "Accept", "value": "a\nb"},
        ]
    )
    other["response"]["headers"] = [
        {"name": "Content-Type", "value": "application/json"},
        {"name": "Content-Encoding", "value": "gzip"},
        {"name": "Content-Length", "value": "7"},
        {"name": "Connection", "value": "close"},
    ]
    assert read(b"\xef\xbb\xbf" + har(other)) == [
        Exchange(
            "cinder_list_volumes_detail",
            Request(
                "GET",
                f"/v2/{P}/volumes/detail".encode(),
                ((b"x-auth-token", b"t"), (b"accept", b"a"), (b"accept", b"b")),
                connection="443",
            ),
            Response(200, ((b"content-type", b"application/json"), (b"content-length", b"14")), b'{"volumes":[]}'),
            1_700_000_000.25,
            1_700_000_000.75,
            CredentialClass.TOKEN,
            seq=1,
        )
    ]


def test_an_entry_without_an_answer_is_left_out() -> None:
    assert [exchange.seq for exchange in read(har(entry(0), entry(200), entry(404)))] == [1, 2]


def test_times_without_a_zone_are_utc_and_a_missing_duration_is_none() -> None:
    other = {**entry(), "startedDateTime": "2023-11-14T22:13:20", "time": None}
    (found,) = read(har(other))
    assert (found.started_at, found.elapsed_ms) == (1_700_000_000.0, 0)


@pytest.mark.parametrize(
    ("posted", "body"),
    [
        ({"text": "é"}, "é".encode()),
        ({"text": "/w==", "encoding": "base64"}, b"\xff"),
        ({"params": [{"name": "a", "value": "b c"}]}, b"a=b+c"),
        ({}, b""),
    ],
)
def test_what_was_posted(posted: dict[str, Any], body: bytes) -> None:
    (found,) = read(har(entry(postData={"mimeType": "x", **posted})))
    assert found.request.body == body


def test_a_post_outside_the_reference_is_undocumented() -> None:
    (found,) = read(har(entry(method="POST", url="https://evs.example.com")))
    assert (found.operation, found.request.target) == (UNDOCUMENTED, b"/")
    (found,) = read(har(entry(method="BREW")))
    assert found.operation == UNDOCUMENTED


def test_an_answer_that_refuses_credentials_had_none() -> None:
    assert [each.credential.value for each in read(har(entry(401), entry(200)))] == ["none", "token"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"no", "HAR: the file: Invalid JSON"),
        (b"{}", "HAR: log: Field required"),
        (har({**entry(), "startedDateTime": "today"}), "HAR: log.entries.0.startedDateTime: Value error, Invalid iso"),
        (har(entry(url=1)), "HAR: log.entries.0.request.url: Input should be a valid string"),
        (har(entry(postData={"text": "a", "encoding": "base64"})), "HAR: log.entries.0.request.postData: is no base64"),
    ],
)
def test_what_is_no_har_is_named(text: bytes, message: str) -> None:
    with pytest.raises(CassetteError) as caught:
        read(text)
    assert str(caught.value).startswith(message)


# mitmproxy authenticates with ldap3, which uses pyasn1's old names, and passlib, which uses crypt.
@pytest.mark.filterwarnings("ignore:'crypt' is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:(tag|type)Map is deprecated:DeprecationWarning")
def test_mitmproxy_opens_what_we_write_and_we_what_it_saves() -> None:
    pytest.importorskip("mitmproxy")
    from mitmproxy.addons.savehar import SaveHar
    from mitmproxy.io.har import request_to_flow

    second = Exchange(
        "cinder_create_volume",
        Request(
            "POST", f"/v2/{P}/volumes".encode(), ((b"content-type", b"application/json"),), b'{"volume":{"size":1}}'
        ),
        Response(202, ((b"content-type", b"application/octet-stream"),), b"\xff\x00"),
        1_700_000_001.0,
        1_700_000_001.5,
    )
    flows = [request_to_flow(each) for each in document(EXCHANGE, second)["log"]["entries"]]
    assert [(flow.request.path.encode(), flow.request.content) for flow in flows] == [
        (each.request.target, each.request.body) for each in (EXCHANGE, second)
    ]
    assert [flow.response.content for flow in flows if flow.response] == [EXCHANGE.response.body, second.response.body]
    saved = json.dumps(SaveHar().make_har(flows)).encode()
    assert [(each.operation, each.request.target, each.request.body, each.response.body) for each in read(saved)] == [
        (each.operation, each.request.target, each.request.body, each.response.body) for each in (EXCHANGE, second)
    ]


def test_a_body_that_is_no_text_is_base64() -> None:
    binary = Exchange(UNDOCUMENTED, Request("PUT", b"/x", (), b"\xfe"), Response(200, (), b"\xff"), 1.0, 2.0, seq=1)
    (found,) = document(binary)["log"]["entries"]
    assert found["request"]["postData"] == {
        "mimeType": "",
        "text": base64.b64encode(b"\xfe").decode(),
        "_evsEncoding": "base64",
    }
    assert found["response"]["content"] == {"size": 1, "mimeType": "", "text": "/w==", "encoding": "base64"}
    assert read(b"".join(written([binary]))) == [binary]

"""HAR 1.2: what we write is valid and reads back as it was; what others write is understood."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from haralyzer import HarParser
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette import har as form
from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.foreign import ORIGIN
from gateway.cassette.har import written
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


def read(document: bytes) -> list[Exchange]:
    return form.read(document).exchanges


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
@settings(deadline=None)
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


def test_an_entry_that_is_no_exchange_is_left_out_and_named() -> None:
    dropped = {**entry(), "response": {"status": 200, "content": {"size": 5}}}
    unchanged = {**dropped, "response": {"status": 304, "content": {"size": 5}}}
    others = [entry(101), entry(method="CONNECT"), entry(url="wss://evs.example.com/x"), entry(url="data:text/plain,x")]
    found = form.read(har(entry(0), entry(200), entry(404), *others, dropped, unchanged))
    assert [(exchange.seq, exchange.response.status) for exchange in found.exchanges] == [(1, 200), (2, 404), (3, 304)]
    assert found.skipped == (
        "log.entries.0: left out: has no answer",
        "log.entries.3: left out: has no final answer (101)",
        "log.entries.4: left out: opens a tunnel",
        "log.entries.5: left out: is no HTTP request (wss:)",
        "log.entries.6: left out: is no HTTP request (data:)",
        "log.entries.7: left out: the body of its answer was not saved",
    )


FIXTURES = Path(__file__).parent / "browser_har"


@pytest.mark.parametrize("browser", ["chrome", "firefox"])
def test_what_browsers_save_is_understood(browser: str) -> None:
    found = form.read((FIXTURES / f"{browser}.har").read_bytes())
    assert [(each.operation, each.response.status, each.credential.value) for each in found.exchanges] == [
        ("cinder_list_volumes_detail", 200, "token"),
        ("cinder_create_volume", 202, "token"),
    ]
    listed, created = found.exchanges
    assert json.loads(listed.response.body)["volumes"][0]["name"] == "Größe"
    assert json.loads(created.request.body)["volume"]["size"] == 10
    assert listed.response.header(b"content-encoding") is None
    assert listed.response.header(b"content-length") == str(len(listed.response.body)).encode()
    assert len(found.skipped) == {"chrome": 3, "firefox": 1}[browser]


def test_a_public_reader_opens_what_we_write() -> None:
    page = HarParser(document(EXCHANGE, replace(EXCHANGE, response=Response(404)))).pages[0]
    assert [entry.status for entry in page.entries] == [200, 404]
    (found, _) = page.entries
    assert (found.request.method, found.request.url) == ("GET", form.url_of(EXCHANGE.request.target, ORIGIN))
    assert found.request.headers == [{"name": "accept", "value": "*/*"}]
    assert (found.response.text, found.response.mimeType) == ('{"volumes":[]}', "application/json")
    assert found.startTime.timestamp() == EXCHANGE.started_at


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


@pytest.mark.filterwarnings("ignore:'crypt' is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:(tag|type)Map is deprecated:DeprecationWarning")
def test_what_mitmproxy_saw_and_saved_is_imported() -> None:
    pytest.importorskip("mitmproxy")
    from mitmproxy import http
    from mitmproxy.addons.savehar import SaveHar
    from mitmproxy.test import tflow

    body = json.dumps({"volume": {"name": "Größe"}}).encode()
    heads = http.Headers(((b"Content-Type", b"application/json"), (b"Content-Encoding", b"gzip")))
    token = http.Headers(((b"X-Auth-Token", b"t"), (b"Content-Type", b"application/json")))
    url, asked = f"https://evs.example.com/v2/{P}/volumes", b'{"volume":{"size":10}}'
    answered = tflow.tflow(req=http.Request.make("POST", url, asked, token), resp=http.Response.make(202, body, heads))
    failed = tflow.tflow(req=http.Request.make("GET", url, b"", token), err=True)
    found = form.read(json.dumps(SaveHar().make_har([answered, failed])).encode())
    assert [(each.operation, each.request.body, each.response.body) for each in found.exchanges] == [
        ("cinder_create_volume", asked, body)
    ]
    assert found.exchanges[0].response.header(b"content-encoding") is None
    assert found.skipped == ("log.entries.1: left out: has no answer",)


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

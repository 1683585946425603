"""VCR.py's YAML: what we write loads there, what it writes is understood here, and no file can run anything."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import vcr as vcrpy
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.persisters.filesystem import FilesystemPersister
from vcr.request import Request as VcrRequest
from vcr.serialize import deserialize, serialize
from vcr.serializers import yamlserializer

from gateway.cassette import vcr as form
from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.vcr import UNTIMED, written
from gateway.errors import CassetteError
from gateway.http.messages import Headers, Request, Response
from tests.cassette.test_har import EXCHANGE, P
from tests.cassette.test_text import EXCHANGES

JSON = ((b"content-type", b"application/json"),)
URI = f"https://evs.example.com/v2/{P}/volumes/detail"


def read(document: bytes) -> list[Exchange]:
    return form.read(document).exchanges


def grouped(headers: Headers) -> Headers:
    names = dict.fromkeys(name for name, _ in headers)
    return tuple((name, value) for name in names for key, value in headers if key == name)


def together(exchange: Exchange, seq: int) -> Exchange:
    """Return an exchange with headers of one name side by side, as VCR.py keeps them."""
    request, response = exchange.request, exchange.response
    return replace(
        exchange,
        request=replace(request, headers=grouped(request.headers)),
        response=replace(response, headers=grouped(response.headers)),
        seq=seq,
    )


def theirs(response: dict[str, Any]) -> bytes:
    """Return a cassette that VCR.py itself wrote."""
    asked = VcrRequest("GET", URI, None, {"Accept": "*/*"})
    text: str = serialize({"requests": [asked], "responses": [response]}, yamlserializer)
    return text.encode()


def answer(body: bytes, **headers: str) -> dict[str, Any]:
    listed = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return {"status": {"code": 200, "message": "OK"}, "headers": listed, "body": {"string": body}}


@given(st.lists(EXCHANGES, max_size=3))
@settings(deadline=None)
def test_any_exchange_comes_back(exchanges: list[Exchange]) -> None:
    assert read(b"".join(written(exchanges))) == [together(each, seq) for seq, each in enumerate(exchanges, 1)]


@given(st.lists(EXCHANGES, max_size=3))
@settings(deadline=None)
def test_vcrpy_loads_what_we_write(exchanges: list[Exchange]) -> None:
    requests, responses = deserialize(b"".join(written(exchanges)), yamlserializer)
    assert [(each.method, each.body or b"") for each in requests] == [
        (each.request.method, each.request.body) for each in exchanges
    ]
    assert [(each["status"]["code"], each["body"]["string"]) for each in responses] == [
        (each.response.status, each.response.body) for each in exchanges
    ]


def test_vcrpy_plays_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_bytes(b"".join(written([EXCHANGE], "https://evs.example.com")))
    assert len(FilesystemPersister.load_cassette(path, yamlserializer)[0]) == 1
    import httpx

    with vcrpy.use_cassette(str(path), record_mode="none"):
        found = httpx.get(f"{URI}?limit=1&name=a%20b")
    assert (found.status_code, found.json()) == (200, {"volumes": []})


def test_requests_gets_what_we_wrote_without_any_server(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    posted = Exchange(
        "cinder_create_volume",
        Request(
            "POST", f"/v2/{P}/volumes".encode(), ((b"content-type", b"application/json"),), b'{"volume":{"size":1}}'
        ),
        Response(202, ((b"content-type", b"application/json"),), '{"volume":{"name":"Größe"}}'.encode()),
        1.0,
        2.0,
    )
    path.write_bytes(b"".join(written([EXCHANGE, posted], "https://evs.example.com")))
    matched = ("method", "scheme", "host", "port", "path", "query", "body")
    with vcrpy.use_cassette(str(path), record_mode="none", match_on=matched) as tape:
        listed = requests.get(f"{URI}?limit=1&name=a%20b", timeout=5)
        created = requests.post(f"https://evs.example.com/v2/{P}/volumes", json={"volume": {"size": 1}}, timeout=5)
        with pytest.raises(CannotOverwriteExistingCassetteException):
            requests.delete(f"https://evs.example.com/v2/{P}/volumes/1", timeout=5)
        assert tape.all_played
    assert (listed.status_code, listed.json(), listed.reason) == (200, {"volumes": []}, "OK")
    assert (created.status_code, created.json()) == (202, {"volume": {"name": "Größe"}})


def test_what_vcrpy_recorded_with_requests_is_imported(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "theirs.yaml"
    with vcrpy.use_cassette(str(path)):
        requests.get(f"{origin}/v2/{P}/volumes/detail?limit=1", headers={"X-Auth-Token": "t"}, timeout=5)
    (found,) = read(path.read_bytes())
    assert (found.operation, found.request.target, found.request.header(b"x-auth-token")) == (
        "cinder_list_volumes_detail",
        f"/v2/{P}/volumes/detail?limit=1".encode(),
        b"t",
    )
    assert found.response.body == b'{"volumes":[]}'


@pytest.fixture
def origin() -> Iterator[str]:
    """Give the address of a service that answers every GET with a coded list of no disks."""
    with HTTPServer(("127.0.0.1", 0), _NoDisks) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _NoDisks(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = gzip.compress(b'{"volumes":[]}')
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_what_vcrpy_wrote_is_understood() -> None:
    assert read(theirs(answer(b'{"volumes":[]}', Content_Type="application/json"))) == [
        Exchange(
            "cinder_list_volumes_detail",
            Request("GET", f"/v2/{P}/volumes/detail".encode(), ((b"accept", b"*/*"),)),
            Response(200, ((b"content-type", b"application/json"),), b'{"volumes":[]}'),
            UNTIMED + 1,
            UNTIMED + 1,
            CredentialClass.TOKEN,
            seq=1,
        )
    ]


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", gzip.compress(b'{"a":1}', mtime=0)), ("deflate", zlib.compress(b'{"a":1}')), ("gzip", b'{"a":1}')],
)
def test_a_coded_answer_is_read(coding: str, body: bytes) -> None:
    (found,) = read(theirs(answer(body, Content_Encoding=coding, Content_Length="9")))
    assert found.response == Response(200, ((b"content-length", b"7"),), b'{"a":1}')


@pytest.mark.parametrize(
    ("coding", "body"), [("br", b"x"), ("gzip", b"\xff\xff\xff\xff"), ("gzip", gzip.compress(b"a", mtime=0)[:-2])]
)
def test_a_coding_that_cannot_be_undone_stays_named(coding: str, body: bytes) -> None:
    (found,) = read(theirs(answer(body, Content_Encoding=coding)))
    assert found.response == Response(200, ((b"content-encoding", coding.encode()),), body)


def test_an_empty_cassette() -> None:
    assert b"".join(written([])) == b"interactions: []\nversion: 1\n"
    assert read(b"interactions: []\nversion: 1\n") == []


def test_a_written_interaction_is_plain() -> None:
    binary = Exchange(UNDOCUMENTED, Request("PUT", b"/\xff", (), b"{}"), Response(200, (), b"\xff"), 1.0, 2.0)
    found = yaml.safe_load(b"".join(written([binary])))
    assert found["interactions"] == [
        {
            "request": {"body": "{}", "headers": {}, "method": "PUT", "uri": "http://evs.invalid/%FF"},
            "response": {"body": {"string": b"\xff"}, "headers": {}, "status": {"code": 200, "message": "OK"}},
            "evs_gateway": {
                "operation": "undocumented",
                "credential": "none",
                "started_at": 1.0,
                "completed_at": 2.0,
                "target": "/ÿ",
            },
        }
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: [", "VCR: line 2: did not find expected node content; expected a cassette of VCR.py"),
        (b"!!python/object/apply:os.system ['true']", "VCR: line 1: could not determine a constructor for the tag"),
        (b"\x00", "VCR: cannot be read as YAML"),
        (b"[]", "VCR: the file: Input should be a valid dictionary"),
        (b"interactions: [{}]", "VCR: interactions.0.request: Field required"),
        (b"version: 2\ninteractions: []", "VCR: version: Input should be less than or equal to 1"),
    ],
)
def test_what_is_no_cassette_is_named(text: bytes, message: str) -> None:
    with pytest.raises(CassetteError) as caught:
        read(text)
    assert str(caught.value).startswith(message)

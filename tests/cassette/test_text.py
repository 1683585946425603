"""The text form: reviewed by people, so equal recordings give equal bytes and mistakes are named."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.rule_set import RULE_SET
from gateway.cassette.text import HEADER_FILE, from_files, to_files
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response

ID = "0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b01"
_EXCHANGE = Exchange(
    operation="cinder_create_volume",
    request=Request(
        "POST",
        b"/v2/p1/volumes",
        ((b"accept", b"*/*"), (b"x-sdk-date", b"20200101T000000Z")),
        b'{"n": 1}',
        connection="x",
    ),
    response=Response(
        202,
        ((b"date", b"Tue"), (b"x-request-id", b"abc"), (b"content-length", b"53"), (b"vary", b"a: b")),
        json.dumps({"volume": {"id": ID, "n": 1.0}}).encode(),
    ),
    started_at=1_700_000_000.25,
    completed_at=1_700_000_000.26234,
    credential=CredentialClass.TOKEN,
    redactions=("header:x-auth-token",),
    findings=("warn unknown /n",),
    seq=1,
)
_SECOND = Exchange(
    "undocumented",
    Request("GET", f"/v2/p1/volumes/{ID}".encode(), connection="y"),
    Response(404, (), b"<p>\nno\n"),
    1_700_000_001.0,
    1_700_000_001.5,
    seq=2,
)
FILES = to_files([_EXCHANGE, _SECOND], "one")


def test_the_header_counts_and_names_no_host() -> None:
    assert json.loads(FILES[HEADER_FILE]) == {
        "kind": "evs-gateway cassette",
        "format": 2,
        "name": "one",
        "specification": "EVS API Reference, issue 01, 2020-09-20",
        "redaction": RULE_SET,
        "counts": {"exchanges": 2, "segments": 2, "aliases": {"<project>": 1, "<volume>": 1}},
        "recorded_at": "2023-11-14T22:13:20Z",
    }


def test_an_exchange_is_a_file_that_reads_well() -> None:
    assert list(FILES) == [HEADER_FILE, "0010-cinder-create-volume.json", "0020-undocumented.json"]
    document = {
        "completed_ms": 12.34,
        "connection": "c1",
        "credential": "token",
        "findings": ["warn unknown /n"],
        "operation": "cinder_create_volume",
        "redactions": ["header:x-auth-token"],
        "request": {
            "body": {"json": {"n": 1}},
            "headers": ["accept: */*"],
            "method": "POST",
            "target": "/v2/<project:1>/volumes",
        },
        "response": {
            "body": {"json": {"volume": {"id": "<volume:1>", "n": 1.0}}},
            "headers": ["date: <date>", "x-request-id: <request-id>", "content-length: <length>", "vary: a: b"],
            "status": 202,
        },
        "started_ms": 0,
    }
    expected = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    assert FILES["0010-cinder-create-volume.json"].decode() == expected
    assert json.loads(FILES["0020-undocumented.json"])["response"]["body"] == {"text": ["<p>", "no", ""]}


def test_what_is_imported_stands_for_what_was_recorded() -> None:
    first, second = from_files(FILES)
    assert first == Exchange(
        operation="cinder_create_volume",
        request=Request("POST", b"/v2/<project:1>/volumes", ((b"accept", b"*/*"),), b'{"n":1}', connection="c1"),
        response=Response(
            202,
            (
                (b"date", b"Tue, 14 Nov 2023 22:13:20 GMT"),
                (b"x-request-id", b"req-fff6d31f-84bf-5059-871b-5de2820ff681"),
                (b"content-length", b"38"),
                (b"vary", b"a: b"),
            ),
            b'{"volume":{"id":"<volume:1>","n":1.0}}',
        ),
        started_at=1_700_000_000.0,
        completed_at=1_700_000_000.01234,
        credential=CredentialClass.TOKEN,
        redactions=("header:x-auth-token",),
        findings=("warn unknown /n",),
        seq=1,
    )
    assert (second.seq, second.connection, second.request.target) == (2, "c2", b"/v2/<project:1>/volumes/<volume:1>")


def test_many_exchanges_sort_by_name_as_by_number() -> None:
    many = [
        replace(_SECOND, request=replace(_SECOND.request, target=f"/{number}".encode())) for number in range(1, 1002)
    ]
    files = to_files(many, "many")
    assert list(files) == [HEADER_FILE, *sorted(set(files) - {HEADER_FILE})]
    assert [exchange.seq for exchange in from_files(files)] == list(range(1, 1002))


def test_an_inserted_file_takes_its_place() -> None:
    files = {**FILES, "0015-x.json": FILES["0020-undocumented.json"]}
    files[HEADER_FILE] = files[HEADER_FILE].replace(b'"exchanges": 2', b'"exchanges": 3')
    assert [exchange.operation for exchange in from_files(files)] == ["cinder_create_volume", *["undocumented"] * 2]


def test_an_empty_cassette_has_only_a_header() -> None:
    assert from_files(to_files([], "none")) == []


def _with(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in FILES[name]
    return {**FILES, name: FILES[name].replace(old, new)}


_FIRST = "0010-cinder-create-volume.json"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "cassette.json: is missing"),
        (
            _with(HEADER_FILE, b'"format": 2', b'"format": 9'),
            "cassette.json: format: 9 is unknown, this version reads 1 to 2; read it with the evs-gateway "
            "that wrote it: `evs-gateway cassette export X.cassette X.cassette` brings",
        ),
        (_with(HEADER_FILE, b"evs-gateway cassette", b"other"), "cassette.json: kind: Input should be"),
        (_with(HEADER_FILE, b"2023-11", b"2023-99"), "cassette.json: recorded_at: time data"),
        (_with(HEADER_FILE, b'"exchanges": 2', b'"exchanges": 3'), "cassette.json: counts.exchanges: says 3, but 2"),
        (_with(_FIRST, b"{", b""), f"{_FIRST}: the file: Invalid JSON"),
        (_with(_FIRST, b"202", b'"202"'), f"{_FIRST}: response.status: Input should be a valid integer"),
        (_with(_FIRST, b'"token"', b'"none!"'), f"{_FIRST}: credential: Input should be"),
        (_with(_FIRST, b'"method"', b'"verb"'), f"{_FIRST}: request.method: Field required"),
        (_with(_FIRST, b'"accept: */*"', b'"accept"'), f"{_FIRST}: request.headers.0: Value error, expected 'name"),
        (_with(_FIRST, b"*/*", "€".encode()), f"{_FIRST}: request.headers.0: Value error, expected Latin-1"),
        (_with(_FIRST, b"/volumes", "/€".encode()), f"{_FIRST}: request.target: Value error, expected Latin-1"),
        (_with(_FIRST, b'"json"', b'"yaml"'), f"{_FIRST}: request.body.yaml: Extra inputs"),
    ],
)
def test_a_mistake_is_named_by_file_and_member(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(CassetteError) as caught:
        from_files(files)
    assert str(caught.value).startswith(message)


_TOKENS = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1)
_HEADERS = st.lists(st.tuples(_TOKENS.map(str.encode), st.binary(max_size=20))).map(tuple)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_BODIES = st.one_of(
    st.just(b""), st.binary(), st.text().map(str.encode), _JSON.map(lambda each: json.dumps(each).encode())
)
_TIMES = st.floats(1.6e9, 1.9e9)
EXCHANGES = st.builds(
    lambda operation, method, target, heads, bodies, status, times, connection, credential, rules: Exchange(
        operation,
        Request(method, b"/" + target, heads[0], bodies[0], connection=connection),
        Response(status, heads[1], bodies[1]),
        min(times),
        max(times),
        credential,
        tuple(rules),
    ),
    _TOKENS,
    st.sampled_from(["GET", "POST"]),
    st.binary(),
    st.tuples(_HEADERS, _HEADERS),
    st.tuples(_BODIES, _BODIES),
    st.integers(100, 599),
    st.tuples(_TIMES, _TIMES),
    st.text("abc", max_size=2),
    st.sampled_from(CredentialClass),
    st.lists(_TOKENS),
)


@given(st.lists(EXCHANGES, max_size=4))
@settings(deadline=None)
def test_export_import_export_is_byte_identical(exchanges: list[Exchange]) -> None:
    files = to_files(exchanges, "any")
    assert to_files(from_files(files), "any") == files


def test_the_same_recording_at_another_time_by_other_connections_is_the_same_text() -> None:
    def later(exchange: Exchange) -> Exchange:
        request = replace(exchange.request, connection=f"other {exchange.connection}")
        return replace(
            exchange, request=request, started_at=exchange.started_at + 0.5, completed_at=exchange.completed_at + 0.5
        )

    assert to_files(map(later, (_EXCHANGE, _SECOND)), "one") == FILES

"""No byte on disk holds a secret: not the database, not its log, not the text, not the working file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.http.messages import Headers, Request, Response
from gateway.stores.cassettes import open_cassette
from tests.stores.sample_exchanges import append_all

TOKEN = "MIIDkgYJKoZIhvcNAQcCoIIDgzCCA38+abc/DEF0123456789=-end"
PASSWORD = 'Pa"ss/wörd+1'
AUTH_KEY = "9266c59563c84664"
SIGNATURE = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"
SECRETS = (TOKEN, PASSWORD, AUTH_KEY, SIGNATURE)


def _spellings(secret: str) -> list[bytes]:
    coded = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False),
    }
    return [*(each.encode() for each in coded), *(base64.b64encode(b"x" * n + secret.encode()) for n in range(3))]


def _traces(secret: str) -> list[bytes]:
    """What to look for: of base64 the part that the secret alone decides."""
    return [each[4:-4] for each in _spellings(secret)]


def _planted() -> list[Exchange]:
    """Traffic with every secret where it belongs, and echoed where it does not."""
    json_type = (b"content-type", b"application/json")
    signed = f"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature={SIGNATURE}".encode()
    login = {"auth": {"identity": {"password": {"user": {"name": "me", "password": PASSWORD}}}}}
    heads: list[Headers] = [
        (json_type, (b"x-auth-token", TOKEN.encode())),
        (json_type, (b"authorization", signed)),
        (json_type, (b"cookie", f"sid={TOKEN}".encode())),
    ]
    echoed = [(TOKEN, PASSWORD), (TOKEN, PASSWORD, AUTH_KEY, SIGNATURE), (TOKEN, PASSWORD, AUTH_KEY)]
    bodies = [login, {"accept": {"auth_key": AUTH_KEY}}, {"metadata": {"token": TOKEN}}]
    redactor = Redactor(b"k" * 32)
    exchanges = []
    for headers, body, known in zip(heads, bodies, echoed, strict=True):
        request = Request("POST", f"/v2/p?token={quote(TOKEN)}".encode(), headers, json.dumps(body).encode())
        answered = ((b"x-subject-token", TOKEN.encode()), (b"set-cookie", TOKEN.encode()))
        echoes = b" ".join(spelling for secret in known for spelling in _spellings(secret))
        redacted = redactor.redact(request, Response(500, answered, echoes), None)
        exchanges.append(Exchange("x", redacted.request, redacted.response, 1e9, 1e9, redactions=redacted.rules))
    return exchanges


@pytest.mark.parametrize("name", ["one.sqlite", "one.cassette"])
def test_no_secret_is_on_disk_while_recording_or_after(tmp_path: Path, name: str) -> None:
    cassette = open_cassette(tmp_path / name, create=True)
    append_all(cassette, _planted())
    recording = _everything(tmp_path)
    cassette.close()
    assert any(path.endswith("-wal") for path in recording)
    for path, content in {**recording, **_everything(tmp_path)}.items():
        assert [each for secret in SECRETS for each in _traces(secret) if each in content] == [], path


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""Any exchange survives every form, and no secret of it is found in any.

What the forms do not give back is said where they are: `text`, `har` and `vcr`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette import har, vcr
from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.foreign import lifelike
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Miss, Player
from gateway.cassette.redaction import Redactor
from gateway.cassette.text import from_files, to_files
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response
from gateway.stores.cassettes import open_cassette
from gateway.stores.sqlite import CassetteReader, write_all
from gateway.stores.text_folder import read_folder, write_folder
from tests.cassette.recordings import identify
from tests.cassette.test_text import EXCHANGES
from tests.stores.sample_exchanges import append_all

JSON = (b"content-type", b"application/json")
P = "40acc331ac784f34842ba4f08ff2be48"


def redacted(redactor: Redactor, exchange: Exchange) -> Exchange:
    found = redactor.redact(exchange.request, exchange.response, None)
    return replace(exchange, request=found.request, response=found.response)


@given(st.lists(EXCHANGES, max_size=4))
@settings(max_examples=50, deadline=None)
def test_any_exchange_survives_store_text_and_har(exchanges: list[Exchange]) -> None:
    redactor = Redactor(b"key")
    kept = [redacted(redactor, each).numbered(seq) for seq, each in enumerate(exchanges, 1)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one.sqlite"
        write_all(path, kept)
        reader = CassetteReader(path)
        assert list(reader.read()) == kept
        reader.close()
        assert har.read(b"".join(har.written(kept))).exchanges == kept
        text = Path(folder) / "one.cassette"
        write_folder(text, kept)
        assert to_files(read_folder(text), "one") == to_files(kept, "one")
        assert read_folder(text) == from_files(to_files(kept, "one"))


SECRETS = st.text("abcdefgXYZ0123456789+/=-_.:~!@ %&?#\\'<>äß", min_size=16, max_size=40).map(
    lambda text: f"q{text.strip()}7zQ"
)
PLACES = st.sampled_from(["x-auth-token", "cookie", "query", "password", "auth_key", "subject", "set-cookie", "answer"])
ECHOES = st.lists(st.sampled_from(["raw", "url", "plus", "base64", "json"]), max_size=3)


def spelled(secret: str, how: str) -> str:
    spellings = {
        "raw": secret,
        "url": quote(secret, safe=""),
        "plus": quote_plus(secret),
        "base64": base64.b64encode(secret.encode()).decode(),
        "json": json.dumps(secret)[1:-1],
    }
    return spellings[how]


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, Request, Response]:
    """A secret, and an exchange that has it in its place and echoes it where it does not belong."""
    secret, place = draw(SECRETS), draw(PLACES)
    octets, target = secret.encode(), f"/v2/{P}/volumes"
    headers = {"x-auth-token": (b"x-auth-token", octets), "cookie": (b"cookie", b"sid=" + quote(secret).encode())}
    answered = {"subject": (b"x-subject-token", octets), "set-cookie": (b"set-cookie", b"s=" + quote(secret).encode())}
    body: dict[str, object] = {"volume": {"name": "disk", "size": 10}}
    told = {"error": {"message": " ".join(spelled(secret, how) for how in draw(ECHOES)), "code": "EVS.0001"}}
    if place in ("password", "auth_key"):
        body["accept"] = {place: secret}
    if place == "answer":
        told["transfer"] = {"auth_key": secret}
    if place == "query":
        target += f"?token={quote(secret, safe='')}"
    request = Request("POST", target.encode(), (JSON, *_of(headers, place)), json.dumps(body).encode(), connection="c")
    return (
        secret,
        request,
        Response(draw(st.sampled_from([202, 400])), (JSON, *_of(answered, place)), json.dumps(told).encode()),
    )


def _of(headers: dict[str, tuple[bytes, bytes]], place: str) -> list[tuple[bytes, bytes]]:
    return [headers[place]] if place in headers else []


def traces(secret: str) -> Iterator[bytes]:
    """Yield what to look for; of base64 the part that the secret alone decides, at any place in a longer text."""
    yield from (spelled(secret, how).encode() for how in ("raw", "url", "plus", "json"))
    yield json.dumps(json.dumps(secret))[3:-3].encode()
    yield quote(secret).encode()
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + secret.encode())[4:-4]


def everything(folder: Path, exchange: Exchange, redactor: Redactor, request: Request) -> Iterator[tuple[str, bytes]]:
    """Yield all that leaves the gateway: files while recording and after, other forms, the report of a miss."""
    store = open_cassette(folder / "one.sqlite", create=True)
    append_all(store, [exchange])
    recording = open_cassette(folder / "one.cassette", create=True)
    append_all(recording, [exchange])
    yield from _files(folder)
    store.close()
    recording.close()
    yield from _files(folder)
    yield "har", b"".join(har.written(lifelike([exchange])))
    yield "vcr", b"".join(vcr.written(lifelike([exchange])))
    yield "log", redactor.scrub(request.target)
    other = replace(request, target=request.target.replace(b"/volumes", b"/snapshots"))
    missed = Player(MemoryIndex([exchange], CATALOGUE)).play("", other, identify(other), CredentialClass.TOKEN, 0.0)
    assert isinstance(missed, Miss)
    yield "miss", json.dumps(missed.report).encode()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    return ((path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


@given(planted())
@settings(max_examples=40, deadline=None)
def test_no_secret_is_found_in_any_output(case: tuple[str, Request, Response]) -> None:
    secret, request, response = case
    redactor = Redactor(b"key")
    identified = identify(request)
    operation = getattr(identified, "operation", None)
    found = redactor.redact(request, response, operation)
    exchange = Exchange(UNDOCUMENTED, found.request, found.response, 1.0, 2.0, redactions=found.rules)
    with TemporaryDirectory() as folder:
        for name, content in everything(Path(folder), exchange, redactor, request):
            assert [trace for trace in traces(secret) if trace in content] == [], name

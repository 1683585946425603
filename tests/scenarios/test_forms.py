"""Cassettes as files: the same bytes for the same thing, and understood by other tools."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cassette.har import read as read_har
from gateway.cli import cassette as verb
from gateway.errors import GatewayError
from gateway.http.messages import Request, Response
from tests.clients.leaks import leaks

from .client import OTHER_PROJECT, PROJECT, Client
from .clock import BEGINNING, Clock
from .gateways import exchanges, recorded, replayed
from .origin import JSON, Answerer, simulated

# A disk of somebody else, so that a cloud gives other ids from then on.
TOKENED = (b"x-auth-token", b"MII-somebody-elses-token")
BIG = b'{"volume": {"size": 1000, "volume_type": "SSD", "availability_zone": "az-dc-1"}}'


def run(*arguments: object) -> str:
    """Run `evs-gateway cassette` with arguments, and return what it printed."""
    result = CliRunner().invoke(verb.command, [str(argument) for argument in arguments])
    if isinstance(result.exception, GatewayError):
        raise result.exception
    return result.stdout


def life(one: Client) -> int:
    """Create two disks, look at them alone and together, and delete one."""
    first = one.create("first", metadata={"role": "data"})
    second = one.create("second", 20)
    one.until(first, "available")
    one.until(second, "available")
    one.listed()
    one("DELETE", f"/v2/{{p}}/volumes/{first}")
    return one.until_gone(first)


def files(folder: Path) -> dict[str, bytes]:
    """Return what git would see of a text cassette."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def changed(one: Path, other: Path) -> list[str]:
    """Return the lines that a diff of two text cassettes shows, other than the hashes over the files themselves."""
    before, after = files(one), files(other)
    assert before.keys() == after.keys()
    lines = [
        line
        for name in before
        if not name.endswith(".sums")
        for line in difflib.unified_diff(
            before[name].decode().splitlines(), after[name].decode().splitlines(), lineterm="", n=0
        )
    ]
    return [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))]


def test_24_export_import_export_is_byte_for_byte_the_same(tmp_path: Path) -> None:
    """Beats: Polly.js#269, whose files differ from run to run, and WireMock#1034, with new names and ids each time."""
    cassette, text, back = tmp_path / "one.sqlite", tmp_path / "life.cassette", tmp_path / "two.sqlite"
    again = tmp_path / "again" / "life.cassette"
    assert recorded(cassette, life) == 404
    run("export", cassette, text)
    run("import", text, back)
    run("export", back, again)
    assert files(again) == files(text)


def test_24_recording_an_unchanged_service_anew_changes_times_of_day_alone(tmp_path: Path) -> None:
    """Other ids and tokens, the same files but for when it was. A deviation: a day later `created_at` is a day later,
    for a reader wants to see what the service said; offsets and everything else are as they were.

    Beats: as above, and all surveyed that keep ids and dates.
    """
    first, second = tmp_path / "first" / "life.cassette", tmp_path / "second" / "life.cassette"
    recorded(first, life)
    later = Clock(BEGINNING + 86_400)
    cloud = simulated(later)
    cloud(Request("POST", f"/v2/{OTHER_PROJECT}/volumes".encode(), (JSON, TOKENED), BIG))
    recorded(second, life, cloud, later)
    words = {line.split('"')[1] for line in changed(first, second)}
    assert words <= {"created_at", "updated_at", "recorded_at"}


def test_24_one_changed_member_of_the_service_is_one_changed_line(tmp_path: Path) -> None:
    """Beats: recorders that keep bodies as one escaped line."""
    first, second, clock = tmp_path / "first" / "life.cassette", tmp_path / "second" / "life.cassette", Clock()
    recorded(first, life)

    recorded(second, life, in_lists(simulated(clock), b'"size":20', b'"size":21'), clock)
    assert [line.strip("+- ,") for line in changed(first, second)] == ['"size": 20', '"size": 21']


def in_lists(cloud: Answerer, word: bytes, other: bytes) -> Answerer:
    """Return a cloud that says another word in its lists."""

    def answer(request: Request) -> Response:
        told = cloud(request)
        return told.with_body(told.body.replace(word, other)) if request.path.endswith(b"/detail") else told

    return answer


TOKEN, PASSWORD = "MIIPbrowser-token-that-nobody-keeps-5f1c", "a password of a browser"
URL = f"https://evs.example.com/v2/{PROJECT}/volumes"
SIGNED_IN = {"auth": {"identity": {"methods": ["password"], "password": {"user": {"password": PASSWORD}}}}}


def chrome() -> dict[str, object]:
    """Return what Chrome's developer tools save: HTTP/2 names, an aborted request, members of its own."""
    headers = [{"name": ":authority", "value": "evs.example.com"}, {"name": "x-auth-token", "value": TOKEN}]
    timings = {"blocked": 1.2, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 20.5, "receive": 0.4}
    request = {"method": "GET", "url": URL, "httpVersion": "h2", "headers": headers, "queryString": [], "cookies": []}
    content = {"size": 14, "mimeType": "application/json", "text": '{"volumes":[]}'}
    answer = {"status": 200, "statusText": "", "headers": [], "content": content, "_transferSize": 71, "_error": None}
    common = {"startedDateTime": "2026-11-14T22:13:20.250Z", "time": 22.2, "timings": timings, "cache": {}}
    aborted = {"status": 0, "statusText": "", "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}
    entries = [
        {**common, "request": request, "response": answer, "_resourceType": "fetch", "connection": "52801"},
        {**common, "request": request, "response": aborted, "_resourceType": "fetch"},
    ]
    return {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": entries}}


def firefox() -> dict[str, object]:
    """Return what Firefox saves: local time, parameters beside the text of a post, base64 of what is no text."""
    posted = {"mimeType": "application/json", "params": [], "text": json.dumps(SIGNED_IN)}
    headers = [{"name": "Host", "value": "iam.example.com"}, {"name": "Content-Type", "value": "application/json"}]
    request = {
        "bodySize": len(str(posted["text"])),
        "method": "POST",
        "url": "https://iam.example.com/v3/auth/tokens",
        "httpVersion": "HTTP/1.1",
        "headers": headers,
        "cookies": [],
        "queryString": [],
        "headersSize": 512,
        "postData": posted,
    }
    answer = {
        "status": 201,
        "statusText": "Created",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "X-Subject-Token", "value": TOKEN}, {"name": "Content-Type", "value": "application/json"}],
        "content": {"mimeType": "application/json", "size": 12, "encoding": "base64", "text": "eyJ0b2tlbiI6e319"},
    }
    entry = {"startedDateTime": "2026-11-14T23:13:21.250+01:00", "time": 31, "timings": {}, "cache": {}}
    entries = [{**entry, "request": request, "response": answer, "_securityState": "secure", "pageref": "page_1"}]
    return {"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "140.0"}, "entries": entries}}


@pytest.mark.parametrize(
    ("browser", "kept"),
    [
        (chrome, [("cinder_list_volumes", 200, b'{"volumes":[]}')]),
        (firefox, [("iam_create_token", 201, b'{"token":{}}')]),
    ],
)
def test_25_what_a_browser_saved_is_imported_without_its_secrets(
    tmp_path: Path, browser: Callable[[], object], kept: list[tuple[str, int, bytes]]
) -> None:
    """What has no answer is left out. Beats: Hoverfly, WireMock and VCR.py, which read no HAR."""
    foreign, cassette = tmp_path / "browser.har", tmp_path / "kept" / "browser.cassette"
    foreign.write_text(json.dumps(browser()))
    run("import", foreign, cassette)
    found = [(each.operation, each.response.status, each.response.body) for each in exchanges(cassette)]
    assert found == kept
    assert leaks(tmp_path / "kept", {TOKEN, PASSWORD}) == []


# mitmproxy authenticates with ldap3, which uses pyasn1's old names, and passlib, which uses crypt.
@pytest.mark.filterwarnings("ignore:'crypt' is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:(tag|type)Map is deprecated:DeprecationWarning")
@pytest.mark.parametrize("theirs", ["theirs.har", "theirs.flow"])
def test_25_har_goes_to_mitmproxy_and_comes_back_as_har_or_flows_and_replays(tmp_path: Path, theirs: str) -> None:
    """Beats: Hoverfly, WireMock and VCR.py, which write no HAR."""
    pytest.importorskip("mitmproxy")
    from mitmproxy.addons.savehar import SaveHar
    from mitmproxy.io import FlowWriter
    from mitmproxy.io.har import request_to_flow

    cassette, ours, back = (tmp_path / name for name in ("one.sqlite", "ours.har", "two.sqlite"))
    recorded(cassette, life)
    run("export", cassette, ours)
    flows = [request_to_flow(entry) for entry in json.loads(ours.read_bytes())["log"]["entries"]]
    with (tmp_path / theirs).open("wb") as file:
        if theirs.endswith(".har"):
            file.write(json.dumps(SaveHar().make_har(flows)).encode())
        else:
            for flow in flows:
                FlowWriter(file).add(flow)
    run("import", tmp_path / theirs, back)
    sent = [
        (each.operation, each.response.status, each.response.body) for each in read_har(ours.read_bytes()).exchanges
    ]
    assert [(each.operation, each.response.status, each.response.body) for each in exchanges(back)] == sent
    assert replayed(back, life) == 404

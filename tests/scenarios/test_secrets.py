"""What opens something is in no file and in no output; what stands for it fits everywhere it stood."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from urllib.parse import quote

from gateway.http.messages import Request, Response
from tests.clients import harness
from tests.clients.leaks import leaks

from .client import OTHER_PROJECT, PROJECT, Client, client
from .clock import Clock
from .gateways import exchanges, gateway, recorded, replayed
from .origin import CHUNKED, JSON, origin, simulated, told
from .test_forms import run

SECRETS = {
    "token": "MIIPtoken-that-opens-everything-5f1c7a90",
    "issued": "MIIPissued-token-that-opens-it-again-93b2e4d8",
    "password": "a password+that/nobody=may&keep",
    "security token": "sts-security-token-of-nobody-0d9e41b7",
    "signature": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "cookie": "session-cookie-of-the-client-c86a2f15",
    "set cookie": "session-cookie-of-the-cloud-17c2b7f4",
    "transfer key": "7b2c9a1d4e6f8053",
    "accepted key": "0a1b2c3d4e5f6071",
    "admin password": "Adm1n-of-a-server-66d1",
    "user data": "IyEvYmluL3NoCmVjaG8gcGxhbnRlZA==",
    "query token": "token-in-a-query-2e90aa11",
}
TRANSFER = "6b6f9a6e-0000-4000-8000-000000000001"
VOLUME = "6b6f9a6e-0000-4000-8000-000000000002"
TRANSFERS = f"/v2/{PROJECT}/os-volume-transfer"


def cloud(request: Request) -> Response:
    """Answer with secrets in every place and coding in which a cloud may have them."""
    path = request.path.decode()
    if path == "/v3/auth/tokens":
        return told({"token": {"expires_at": "2030-01-01T00:00:00Z"}}, 201, (b"x-subject-token", _raw("issued")))
    if path == TRANSFERS:
        offer = {"id": TRANSFER, "name": "offer", "volume_id": VOLUME, "auth_key": SECRETS["transfer key"]}
        return told({"transfer": offer}, 202, (b"set-cookie", b"sid=" + _raw("set cookie")))
    if path.endswith("/accept"):
        echoed = f"key {SECRETS['accepted key']} is wrong for {quote(SECRETS['token'])}"
        return told({"badRequest": {"message": echoed, "code": 400}}, 400, CHUNKED)
    if path.endswith("/servers"):
        server = {"adminPass": SECRETS["admin password"], "user_data": SECRETS["user data"]}
        coded = gzip.compress(json.dumps({"server": server}).encode())
        return Response(202, (JSON, (b"content-encoding", b"gzip"), CHUNKED), coded)
    hidden = base64.b64encode(b"for " + _raw("token")).decode()
    return told({"forbidden": {"message": f"not for {hidden}", "code": 403}}, 403)


def _raw(name: str) -> bytes:
    return SECRETS[name].encode()


def secretive(one: Client) -> list[int]:
    """Make requests that are full of secrets, and return how they were answered."""
    password = {"user": {"name": "alice", "password": SECRETS["password"], "domain": {"name": "company"}}}
    identity = {"methods": ["password"], "password": password}
    scheme = "SDK-HMAC-SHA256 Access=AKALICE0000000000001, SignedHeaders=host, Signature="
    one("POST", "/v3/auth/tokens", {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}})
    offer = one("POST", TRANSFERS, {"transfer": {"volume_id": VOLUME, "name": "offer"}}).json()["transfer"]
    one("POST", f"{TRANSFERS}/{offer['id']}/accept", {"accept": {"auth_key": SECRETS["accepted key"]}})
    one("POST", "/v2.1/{p}/servers", {"server": {"user_data": SECRETS["user data"]}})
    one("GET", f"/v2.1/{{p}}/things?token={SECRETS['query token']}")
    one("GET", f"/v2/{{p}}/volumes/{VOLUME}", headers={"Authorization": scheme + SECRETS["signature"]})
    return one.statuses[-6:]


def test_9_no_planted_secret_is_left_in_any_file_log_or_report(tmp_path: Path) -> None:
    """Beats: VCR.py (two of three left, measured), mitmproxy (two of two), Hoverfly, which masks no answer."""
    headers = {
        "X_Auth_Token": SECRETS["token"],
        "X_Security_Token": SECRETS["security token"],
        "Cookie": f"sid={SECRETS['cookie']}",
    }
    cassette = tmp_path / "planted.sqlite"
    answered = [201, 202, 400, 202, 403, 403]
    with (
        origin(cloud) as source,
        harness.gateway(tmp_path, "record", cassette, source.url) as recorder,
        client(recorder.public, **headers) as one,
    ):
        assert secretive(one) == answered
        assert leaks(tmp_path, set(SECRETS.values())) == []
    with harness.gateway(tmp_path, "replay", cassette, None) as player, client(player.public, **headers) as one:
        assert secretive(one) == answered
        missed = one("GET", f"/v2.1/{{p}}/never?token={SECRETS['query token']}")
        assert missed.status_code == 424
        (tmp_path / "miss.json").write_bytes(missed.content)
    for form in ("text.cassette", "har.har", "vcr.yaml"):
        run("export", cassette, tmp_path / form)
    (tmp_path / "shown").write_text(run("show", cassette, "1", "--json"))
    assert leaks(tmp_path, set(SECRETS.values())) == []
    run("scan", tmp_path / "text.cassette", cassette, tmp_path / "har.har")


def test_10_what_cannot_be_proven_clean_is_withheld_and_its_client_notices_nothing(tmp_path: Path) -> None:
    """Beats: all surveyed, which store what they cannot read. The row says so; a count of rows is the metric."""
    planted = b"\x00\x9f a format of its own; whatever=" + _raw("token")
    cassette = tmp_path / "unreadable.sqlite"

    def life(one: Client) -> bytes:
        return bytes(one("GET", "/v5/{p}/unheard-of").content)

    unknown = Response(200, ((b"content-type", b"application/x-unheard-of"),), planted)
    assert recorded(cassette, life, lambda _: unknown) == planted
    [kept] = exchanges(cassette)
    assert (kept.response.status, kept.response.body) == (200, b"")
    assert "withheld" in kept.redactions
    assert leaks(tmp_path, {SECRETS["token"]}) == []


def chained(one: Client) -> list[str]:
    """Create a disk, a snapshot of it, and a disk of that, each named by the answer before; return all ids."""
    disk = one.create("first")
    one.until(disk, "available")
    body = {"snapshot": {"volume_id": disk, "name": "between"}}
    snapshot = one("POST", "/v2/{p}/snapshots", body).json()["snapshot"]["id"]
    one.wait()
    while one("GET", f"/v2/{{p}}/snapshots/{snapshot}").json()["snapshot"]["status"] != "available":
        one.wait()
    second = one.create("second", snapshot_id=snapshot)
    one.until(second, "available")
    return [disk, snapshot, second]


def test_11_an_id_hidden_in_an_answer_fits_the_next_url(tmp_path: Path) -> None:
    """Aliases are equal in URLs, headers and bodies. Beats: the Azure test-proxy, whose redacted recordings could not
    be replayed (azure-sdk-for-python#35447, azure-sdk-tools#13930)."""
    cassette = tmp_path / "hidden.cassette"
    ids = recorded(cassette, chained)
    text = b"".join(path.read_bytes() for path in cassette.iterdir())
    assert [real for real in (*ids, PROJECT) if real.encode() in text] == []
    aliases = {alias for alias in ("<volume:1>", "<snapshot:1>", "<volume:2>") if alias.encode() in text}
    assert aliases == {"<volume:1>", "<snapshot:1>", "<volume:2>"}
    assert b"/v2/<project:1>/snapshots/<snapshot:1>" in text
    again = replayed(cassette, chained, project=OTHER_PROJECT)
    assert len(set(again) | set(ids)) == 6


def test_12_while_recording_the_cloud_and_the_client_see_real_ids_only(tmp_path: Path) -> None:
    """Beats: recorders that read their own placeholders and send them to the live API (ultimate-notion#351)."""
    clock = Clock()
    with (
        origin(simulated(clock)) as source,
        gateway("record", tmp_path / "live.sqlite", source.url, clock) as recorder,
        client(recorder.endpoint, clock) as one,
    ):
        disk, snapshot, second = chained(one)
        sent = b"\n".join(request.target + request.body for request in source.asked)
    assert b"<" not in sent
    assert [id for id in (disk, snapshot, second, PROJECT) if id.encode() not in sent] == []

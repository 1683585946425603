"""Nothing that opens anything is on disk or in any output after recording and replaying."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import requests
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from . import cinder_life, huawei_life, openstack_life
from .diary import Wire
from .harness import ALICE, KEYS, TOKENS, gateway, run, simulator
from .leaks import leaks
from .sessions import LIBRARY_WARNINGS

pytestmark = LIBRARY_WARNINGS

PASSWORD = "a password+that/must=never&be kept"


def test_the_search_sees_a_secret_in_every_form(tmp_path: Path) -> None:
    hidden = (
        PASSWORD.encode(),
        quote(PASSWORD).encode(),
        base64.b64encode(PASSWORD.encode()),
        base64.b64encode(f"user:{PASSWORD}".encode()),
        base64.urlsafe_b64encode(f"alice:{PASSWORD}".encode()),
    )
    for number, text in enumerate(hidden):
        (tmp_path / f"{number}").write_bytes(b"before " + text + b" after")
    assert sorted(name for name, _ in leaks(tmp_path, {PASSWORD})) == ["0", "1", "2", "3", "4"]


def sign_in(base_url: str, wire: Wire) -> None:
    """Get a token for a password, as keystone's clients do."""
    who = {"username": "alice", "password": PASSWORD, "user_domain_name": "company", "project_id": ALICE}
    with requests.Session() as http:
        http.hooks["response"].append(wire.saw)
        wire.secrets.add(Session(auth=v3.Password(f"{base_url}/v3", **who), session=http).get_token())


def test_no_secret_is_left_on_disk_or_in_any_output(tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.sqlite"
    secrets = {PASSWORD, *TOKENS.values(), *(secret for _, secret in KEYS.values())}
    with simulator(tmp_path) as cloud, gateway(tmp_path, "record", cassette, cloud.public) as recorder:
        wire = Wire(recorder.public)
        sign_in(recorder.public, wire)
        diaries = [
            cinder_life.life(recorder.public, "cinder"),
            openstack_life.life(recorder.public, "openstack"),
            huawei_life.life(recorder.public, "huawei"),
            huawei_life.undocumented_life(recorder.public, "undocumented"),
        ]
        secrets.update(wire.secrets, *(diary.wire.secrets for diary in diaries))
        # Two tokens, a password, two secret keys, the issued token, transfer keys and a signature a request.
        # Signatures are equal for equal requests within a second.
        assert len(secrets) > 50
        assert leaks(tmp_path, secrets) == []
        assert b"undocumented-snap" in b"".join(path.read_bytes() for path in tmp_path.glob("cassette.sqlite*"))
        recorder.kill()
        assert leaks(tmp_path, secrets) == []
    run("cassette", "export", str(cassette), str(tmp_path / "text.cassette"))
    for number, command in enumerate((("list", "--json"), ("show", "1"), ("show", "50", "--json"))):
        told = run("cassette", command[0], str(cassette), *command[1:])
        (tmp_path / f"told-{number}").write_text(told)
    with gateway(tmp_path, "replay", cassette, upstream=None) as replayer:
        sign_in(replayer.public, Wire(replayer.public))
        cinder_life.life(replayer.public, "replayed")
    assert leaks(tmp_path, secrets) == []

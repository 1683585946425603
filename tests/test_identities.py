"""From settings to who may come in, and what does not start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.access.identity import Refused
from gateway.access.principals import Principal
from gateway.errors import SettingsError
from gateway.identities import broker_of, check_identity, credential_files, iam_url, identity_of, renew
from gateway.settings import Settings, load

from .access.signers import AK, AT, DISKS, SK, sdk_signed

UP = {"url": "http://evs", "iam_url": "http://iam"}


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {
        "keys_file": private(tmp_path / "keys.toml", '[AK]\nsk = "s"\nproject_id = "p"\n'),
        "dev_tokens_file": private(tmp_path / "dev.toml", '[t]\nsalt = "00"\nhash = "00"\nproject_id = "p"\n'),
        "upstream_key_file": private(tmp_path / "own.toml", '[OWN]\nsk = "s"\n'),
        "upstream_token_file": private(tmp_path / "token", "own-token"),
    }


def settings(identity: dict[str, Any], **sections: Any) -> Settings:
    return Settings.model_validate({"upstream": UP, "identity": identity, **sections})


def test_nobody_is_asked_unless_told() -> None:
    assert identity_of(Settings()) is None
    assert broker_of(Settings()) is None
    check_identity(Settings())


def test_what_is_accepted_is_held_against_its_file(files: dict[str, Path]) -> None:
    names = ("keys_file", "dev_tokens_file", "upstream_key_file")
    chosen = settings({"accept": ["token", "signature", "dev"], **{name: files[name] for name in names}})
    check_identity(chosen)
    assert identity_of(chosen) is not None
    assert broker_of(chosen) is not None
    assert broker_of(settings({"upstream_token_file": files["upstream_token_file"]})) is not None


def test_tokens_alone_need_no_file() -> None:
    chosen = settings({"accept": ["token"]})
    check_identity(chosen)
    assert identity_of(chosen) is not None
    assert iam_url(chosen) == "http://iam"
    assert iam_url(settings({"iam_url": "http://own-iam"})) == "http://own-iam"
    check_identity(settings({"accept": ["token"]}, upstream={}, cassette={"mode": "simulate"}))


def test_a_signature_may_pass_where_its_host_does(files: dict[str, Path]) -> None:
    identity = {"accept": ["signature"], "keys_file": files["keys_file"]}
    check_identity(settings(identity, upstream={**UP, "host": "client"}))
    check_identity(settings(identity, cassette={"mode": "replay"}))
    check_identity(settings(identity, cassette={"mode": "simulate"}))


@pytest.mark.parametrize("listen", ["localhost:0", "127.0.0.2:1", "[::1]:1"])
def test_development_tokens_are_for_loopback(files: dict[str, Path], listen: str) -> None:
    identity = {"accept": ["dev"], "dev_tokens_file": files["dev_tokens_file"]}
    check_identity(settings(identity, cassette={"mode": "simulate"}, listen={"public": listen}))


@pytest.mark.parametrize(
    ("accept", "given", "sections", "said"),
    [
        (["signature"], [], {}, "identity.keys_file: belongs to identity.accept 'signature'"),
        ([], ["keys_file"], {}, "identity.keys_file: belongs to identity.accept 'signature'"),
        (["dev"], [], {}, "identity.dev_tokens_file: belongs to identity.accept 'dev'"),
        (["token"], [], {"upstream": {"url": "http://evs"}}, "identity.iam_url: tokens are validated by the IAM"),
        ([], ["upstream_key_file", "upstream_token_file"], {}, "the gateway has a key already"),
        (["signature"], ["keys_file", "upstream_key_file"], {"listen": {"workers": 2}}, "use 1 worker with signatures"),
        (["signature"], ["keys_file"], {}, "the cloud does not know the credentials accepted here"),
        (
            ["dev"],
            ["dev_tokens_file"],
            {"upstream": {**UP, "host": "client"}},
            "the cloud does not know the credentials accepted here",
        ),
        (["dev"], ["dev_tokens_file", "upstream_key_file"], {"listen": {"public": "0.0.0.0:1"}}, "on loopback only"),
        (["dev"], ["dev_tokens_file", "upstream_key_file"], {"listen": {"public": "gw:1"}}, "on loopback only"),
    ],
)
def test_what_cannot_be_run_does_not_start(
    files: dict[str, Path], accept: list[str], given: list[str], sections: dict[str, Any], said: str
) -> None:
    chosen = settings({"accept": accept, **{name: files[name] for name in given}}, **sections)
    with pytest.raises(SettingsError) as caught:
        check_identity(chosen)
    assert said in str(caught.value)


def test_the_environment_names_kinds_by_blanks() -> None:
    loaded = load(environment={"EVS_GATEWAY_IDENTITY__ACCEPT": "token signature"}).settings
    assert loaded.identity.accept == ("token", "signature")


def test_credentials_are_read_again_all_or_none(files: dict[str, Path], caplog: pytest.LogCaptureFixture) -> None:
    identity = {
        "accept": ["signature"],
        "keys_file": files["keys_file"],
        "upstream_token_file": files["upstream_token_file"],
    }
    chosen = settings(identity)
    assert credential_files(chosen) == (files["keys_file"], files["upstream_token_file"])
    known, broker = identity_of(chosen), broker_of(chosen)
    assert known is not None
    assert broker is not None
    request = sdk_signed("GET", DISKS)
    assert isinstance(known.principal_of(request, AT), Refused)
    private(files["keys_file"], f'[{AK}]\nsk = "{SK}"\nproject_id = "p"\n')
    private(files["upstream_token_file"], "renewed")
    renew(chosen, known, broker)
    signer = known.principal_of(request, AT)
    assert isinstance(signer, Principal)
    assert broker.outgoing(request, "evs", signer, AT).header(b"x-auth-token") == b"renewed"
    private(files["keys_file"], "")
    private(files["upstream_token_file"], "broken by blanks")
    renew(chosen, known, broker)
    assert known.principal_of(request, AT) == signer
    assert "the last good ones stay" in caplog.text
    renew(settings({}), None, None)

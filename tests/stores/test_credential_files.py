"""Files of credentials: what they may hold, who may read them, and that nothing repeats what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.access.brokering import UpstreamToken
from gateway.access.dev_tokens import digest_of, owner_of
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.signing import AccessKey
from gateway.errors import SettingsError
from gateway.stores.credential_files import (
    access_keys,
    add_dev_token,
    add_proxy_user,
    dev_tokens,
    proxy_users,
    upstream_key,
    upstream_token,
)

SECRET = "never-to-be-shown"


def private(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    return path


def alice(ak: str) -> Principal:
    return Principal(
        user_name="alice",
        domain_id="d1",
        project_id="p1",
        roles=("member",),
        ak=ak,
        auth_method=AuthMethod.SIGNATURE,
        assurance=Assurance.VERIFIED,
    )


WHO = 'user_name = "alice"\ndomain_id = "d1"\nproject_id = "p1"\nroles = ["member"]\n'


def test_keys_come_with_who_signs(tmp_path: Path) -> None:
    path = private(tmp_path, "keys.toml", f'[AK1]\nsk = "{SECRET}"\n{WHO}[AK2]\nsk_env = "SK_TWO"\n{WHO}')
    keys = access_keys(path, {"SK_TWO": "two"})
    assert keys == {
        "AK1": AccessKey("AK1", SECRET.encode(), alice("AK1")),
        "AK2": AccessKey("AK2", b"two", alice("AK2")),
    }
    assert SECRET not in repr(keys)


def test_json_does_as_well(tmp_path: Path) -> None:
    path = private(tmp_path, "keys.json", '{"AK1": {"sk": "s", "project_id": "p1"}}')
    assert access_keys(path, {})["AK1"].principal.project_id == "p1"


def test_the_gateways_own_key_stands_alone(tmp_path: Path) -> None:
    assert upstream_key(private(tmp_path, "own.toml", '[AK]\nsk = "s"\n'), {}) == AccessKey("AK", b"s")
    with pytest.raises(SettingsError, match=r"holds 2 keys; expected the one"):
        upstream_key(private(tmp_path, "two.toml", '[A]\nsk = "s"\n[B]\nsk = "t"\n'), {})


def test_the_gateways_own_token_is_one_word(tmp_path: Path) -> None:
    token = upstream_token(private(tmp_path, "token", f"{SECRET}\n"))
    assert token == UpstreamToken(SECRET.encode())
    assert SECRET not in repr(token)
    for text in ("", "two words", "caf\xe9"):
        with pytest.raises(SettingsError, match="expected a token and nothing else"):
            upstream_token(private(tmp_path, "token", text))


def test_development_tokens_are_kept_as_hashes(tmp_path: Path) -> None:
    digest = digest_of(b"\1" * 16, b"evs-dev-x").hex()
    path = private(tmp_path, "dev.toml", f'[alice]\nsalt = "{"01" * 16}"\nhash = "{digest}"\nproject_id = "p1"\n')
    (token,) = dev_tokens(path)
    owner = Principal(project_id="p1", dev_principal="alice", auth_method=AuthMethod.DEV, assurance=Assurance.VERIFIED)
    assert owner_of(b"evs-dev-x", (token,)) == owner
    assert digest not in repr(token)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path, "keys.toml", "")
    path.chmod(mode)
    with pytest.raises(SettingsError, match=f"others may use these credentials .mode {mode:04o}.; expected 0600"):
        access_keys(path, {})


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("k.toml", f'[AK]\nsk = "{SECRET}"\n', "AK.project_id: Field required"),
        ("k.toml", f'[AK]\nsk = "{SECRET}"\nsk_env = "A"\n{WHO}', "AK: expected sk or sk_env, and one of them only"),
        ("k.toml", f"[AK]\n{WHO}", "AK: expected sk or sk_env, and one of them only"),
        ("k.toml", f'[AK]\nsk_env = "GONE"\n{WHO}', "AK.sk_env names GONE, which is not set in the environment"),
        ("k.toml", f'[AK]\nsk = "{SECRET}"\nsecret = "{SECRET}"\n{WHO}', "AK.secret: Extra inputs are not permitted"),
        ("k.toml", f'[AK]\nsk = ["{SECRET}"]\n{WHO}', "AK.sk: Input should be a valid string"),
        ("k.toml", f'AK = "{SECRET}"\n', "AK: Input should be a valid dictionary"),
        ("k.toml", f'[AK]\nsk = "{SECRET}', "not a TOML file"),
        ("k.toml", "\xe9", "not UTF-8"),
        ("k.json", f'{{"AK": {{"sk": "{SECRET}"}}, "AK": {{}}}}', "not a JSON object without repeated keys"),
        ("k.json", f'["{SECRET}"]', "not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        access_keys(private(tmp_path, name, text), {})
    assert said in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert SECRET not in str(caught.value) + repr(caught.value.__cause__)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        dev_tokens(tmp_path / "none.toml")


def test_a_new_development_token_is_added_as_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "dev.toml"
    tokens = [add_dev_token(file, name, {"project_id": "p1", "roles": ["a"]}) for name in ("one", "two")]
    assert file.stat().st_mode & 0o777 == 0o600
    owners = [owner_of(token.encode(), dev_tokens(file)) for token in tokens]
    assert [owner and (owner.dev_principal, owner.roles) for owner in owners] == [("one", ("a",)), ("two", ("a",))]
    assert not any(token in file.read_text() for token in tokens)
    with pytest.raises(SettingsError, match="'one' has a token already"):
        add_dev_token(file, "one", {"project_id": "p1"})
    with pytest.raises(SettingsError, match="cannot be written"):
        add_dev_token(tmp_path / "none" / "dev.toml", "one", {"project_id": "p1"})


def test_users_of_the_proxy_are_kept_as_hashes(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    passwords = {name: add_proxy_user(path, name) for name in ("alice", "ci-1")}
    users = proxy_users(path)
    assert [(each.name, each.digest) for each in users] == [
        (each.name, digest_of(each.salt, passwords[each.name].encode())) for each in users
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(password in path.read_text() for password in passwords.values())


@pytest.mark.parametrize(("name", "said"), [("alice", "has a password already"), ("a b", "expected a name of letters")])
def test_a_user_of_the_proxy_is_refused(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / "users.toml"
    add_proxy_user(path, "alice")
    with pytest.raises(SettingsError, match=said):
        add_proxy_user(path, name)

"""Files of credentials, in TOML or JSON: access keys and development tokens with who acts with them.

Nobody but the owner may read them, and nothing that is said about them repeats what stands in them.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gateway.access.brokering import UpstreamToken
from gateway.access.dev_tokens import DevToken, digest_of, new_salt, new_token
from gateway.access.identity import as_dev, as_key_holder
from gateway.access.principals import Principal
from gateway.access.proxy_users import ProxyUser, is_name, new_password
from gateway.access.signing import AccessKey
from gateway.errors import SettingsError
from gateway.http.strict_json import NotJson, parse

_OTHERS = 0o077
_Hex = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{2})+$")]
_Said = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class _Person(_Strict):
    """Who acts: the fields of a principal that an operator may state."""

    user_id: _Said | None = None
    user_name: _Said | None = None
    domain_id: _Said | None = None
    domain_name: _Said | None = None
    project_id: _Said
    project_name: _Said | None = None
    roles: list[_Said] = []
    agency: _Said | None = None

    @property
    def principal(self) -> Principal:
        stated = {name: getattr(self, name) for name in _Person.model_fields}
        return Principal(**{**stated, "roles": tuple(self.roles)})


class _Secret(_Strict):
    """The secret half of a key, or the environment variable that holds it."""

    sk: _Said | None = None
    sk_env: _Said | None = None

    @model_validator(mode="after")
    def _has_one(self) -> _Secret:
        if (self.sk is None) == (self.sk_env is None):
            raise ValueError("expected sk or sk_env, and one of them only")
        return self


class _Key(_Person, _Secret):
    pass


class _DevToken(_Person):
    salt: _Hex
    hash: _Hex


class _ProxyUser(_Strict):
    salt: _Hex
    hash: _Hex


_Entry = TypeVar("_Entry", bound=_Strict)


def access_keys(path: Path, environment: Mapping[str, str]) -> Mapping[str, AccessKey]:
    """Return the keys of a file by their access key id: one table each, with `sk` or `sk_env` and who acts.

    Errors: SettingsError, as for every file here: not there, readable by others, not of this form.
    """
    entries = _entries(path, _Key)
    return {
        ak: AccessKey(ak, _secret_of(path, ak, entry, environment), as_key_holder(entry.principal, ak))
        for ak, entry in entries.items()
    }


def upstream_key(path: Path, environment: Mapping[str, str]) -> AccessKey:
    """Return the gateway's own key: a file of one table with `sk` or `sk_env`. Errors: SettingsError."""
    entries = _entries(path, _Secret)
    if len(entries) != 1:
        raise SettingsError(f"{path}: holds {len(entries)} keys; expected the one that the gateway signs with")
    ((ak, entry),) = entries.items()
    return AccessKey(ak, _secret_of(path, ak, entry, environment))


def upstream_token(path: Path) -> UpstreamToken:
    """Return the gateway's own token, the only word in a file. Errors: SettingsError."""
    value = _private(path).strip()
    if not value or len(value.split()) != 1 or not value.isascii():
        raise SettingsError(f"{path}: expected a token and nothing else")
    return UpstreamToken(value)


def dev_tokens(path: Path) -> tuple[DevToken, ...]:
    """Return the development tokens of a file: one table each, with `salt` and `hash` and who acts.

    Errors: SettingsError.
    """
    return tuple(
        DevToken(bytes.fromhex(entry.salt), bytes.fromhex(entry.hash), as_dev(entry.principal, name))
        for name, entry in _entries(path, _DevToken).items()
    )


def add_dev_token(path: Path, name: str, person: Mapping[str, object]) -> str:
    """Add a new development token to a TOML file, which is made when it is not there, and return the token. What is
    kept is its hash, so nobody can be told it again.

    Errors: SettingsError for a name that is taken and for a file that cannot be used.
    """
    if path.exists() and name in {each.principal.dev_principal for each in dev_tokens(path)}:
        raise SettingsError(f"{path}: {name!r} has a token already; take it out of the file to give another")
    token = new_token()
    _append(path, name, {**_hashed(token), **person})
    return token


def proxy_users(path: Path) -> tuple[ProxyUser, ...]:
    """Return the users of a forward proxy: one table each, with `salt` and `hash`. Errors: SettingsError."""
    return tuple(
        ProxyUser(name, bytes.fromhex(entry.salt), bytes.fromhex(entry.hash))
        for name, entry in _entries(path, _ProxyUser).items()
    )


def add_proxy_user(path: Path, name: str) -> str:
    """Add a user to a TOML file, which is made when it is not there, and return the password, which is not kept.

    Errors: SettingsError for a name that is taken or none, and for a file that cannot be used.
    """
    if not is_name(name):
        raise SettingsError(f"{name!r}: expected a name of letters, digits, dots, underscores and hyphens")
    if path.exists() and name in {each.name for each in proxy_users(path)}:
        raise SettingsError(f"{path}: {name!r} has a password already; take it out of the file to give another")
    password = new_password()
    _append(path, name, _hashed(password))
    return password


def _hashed(secret: str) -> dict[str, object]:
    salt = new_salt()
    return {"salt": salt.hex(), "hash": digest_of(salt, secret.encode()).hex()}


def _append(path: Path, name: str, rows: Mapping[str, object]) -> None:
    # A JSON string or list of strings is a TOML one.
    text = "\n".join((f"[{json.dumps(name)}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())))
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
            file.write(f"{text}\n\n")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror})") from error


def _secret_of(path: Path, ak: str, entry: _Secret, environment: Mapping[str, str]) -> bytes:
    if entry.sk is not None:
        return entry.sk.encode()
    secret = environment.get(entry.sk_env or "")
    if not secret:
        raise SettingsError(f"{path}: {ak}.sk_env names {entry.sk_env}, which is not set in the environment")
    return secret.encode()


def _entries(path: Path, kind: type[_Entry]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for name, value in _document(path).items():
        try:
            entries[name] = kind.model_validate(value)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            where = ".".join((name, *(str(part) for part in fault["loc"])))
            raise SettingsError(f"{path}: {where}: {fault['msg'].removeprefix('Value error, ')}") from None
    return entries


def _document(path: Path) -> Mapping[str, object]:
    text = _private(path)
    if path.suffix == ".json":
        parsed = parse(text)
        if isinstance(parsed, NotJson) or not isinstance(parsed.value, dict):
            raise SettingsError(f"{path}: not a JSON object without repeated keys")
        return parsed.value
    try:
        return tomllib.loads(text.decode())
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not a TOML file ({error})") from None


def _private(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode & 0o777
        if mode & _OTHERS:
            raise SettingsError(f"{path}: others may use these credentials (mode {mode:04o}); expected 0600")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a file of credentials") from error

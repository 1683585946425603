"""From settings to who may come in: which credentials count, what they are held against, what goes upstream instead.

Everything that would let somebody in unverified, or would send up what the cloud cannot know, is refused at start.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from gateway.access.brokering import Broker, Credential, address_of
from gateway.access.dev_tokens import DevToken
from gateway.access.identity import Identity
from gateway.access.principals import AuthMethod
from gateway.access.signing import AccessKey
from gateway.access.tokens import TokenCache
from gateway.errors import SettingsError
from gateway.modes import SIMULATE
from gateway.seams import Service
from gateway.settings import Settings
from gateway.stores.credential_files import access_keys, dev_tokens, upstream_key, upstream_token

log = logging.getLogger(__name__)

# The setting that says what a kind of credentials is held against.
_FILES = {"signature": "keys_file", "dev": "dev_tokens_file"}
_METHODS = {"token": AuthMethod.TOKEN, "signature": AuthMethod.SIGNATURE, "dev": AuthMethod.DEV}
# The simulator needs no address; what is signed for it says this one.
_NOWHERE = "http://simulator.invalid"


def identity_of(settings: Settings) -> Identity | None:
    """Return who is asked for here, or None when the cloud alone decides.

    Errors: SettingsError for files that cannot be used.
    """
    chosen = settings.identity
    if not chosen.accept:
        return None
    cache = TokenCache(secrets.token_bytes(32), chosen.cache_s)
    return Identity(frozenset(_METHODS[kind] for kind in chosen.accept), cache, *_known(settings))


def broker_of(settings: Settings) -> Broker | None:
    """Return what puts the gateway's own credential in place of the client's, or None when there is none.

    Errors: SettingsError for files that cannot be used.
    """
    credential = credential_of(settings)
    if credential is None:
        return None
    urls = {Service.EVS: settings.upstream.url, Service.IAM: settings.upstream.iam_url}
    return Broker(credential, {service: address_of(url or _NOWHERE) for service, url in urls.items()})


def credential_files(settings: Settings) -> tuple[Path, ...]:
    """Return the files that credentials are read from."""
    chosen = settings.identity
    files = (chosen.keys_file, chosen.dev_tokens_file, chosen.upstream_key_file, chosen.upstream_token_file)
    return tuple(file for file in files if file is not None)


def renew(settings: Settings, identity: Identity | None, broker: Broker | None) -> str | None:
    """Read the files of credentials again; where one cannot be used all that was read before stays, and why is
    returned."""
    try:
        known, credential = _known(settings), credential_of(settings)
    except SettingsError as error:
        log.error("credentials not renewed, the last good ones stay", extra={"fields": {"fault": str(error)}})
        return str(error)
    if identity is not None:
        identity.exchange(*known)
    if broker is not None and credential is not None:
        broker.exchange(credential)
    log.info("credentials renewed")
    return None


def check_identity(settings: Settings) -> None:
    """Errors: SettingsError for a combination that cannot be run."""
    chosen = settings.identity
    for kind, file in _FILES.items():
        if (kind in chosen.accept) != (getattr(chosen, file) is not None):
            raise SettingsError(f"identity.{file}: belongs to identity.accept {kind!r}; give both or neither")
    if "token" in chosen.accept and iam_url(settings) is None and not _simulates(settings):
        raise SettingsError("identity.iam_url: tokens are validated by the IAM; give its address, or --iam-upstream")
    if chosen.upstream_key_file and chosen.upstream_token_file:
        raise SettingsError("identity.upstream_token_file: the gateway has a key already; give one credential only")
    if "signature" in chosen.accept and settings.listen.workers > 1:
        raise SettingsError("listen.workers: a process remembers the signatures used; use 1 worker with signatures")
    if "dev" in chosen.accept and not _is_loopback(settings.listen.public):
        raise SettingsError("identity.accept: development tokens are for a gateway that listens on loopback only")
    _check_upstream_credential(settings)


def iam_url(settings: Settings) -> str | None:
    """Return the address of the IAM that is asked about tokens."""
    return settings.identity.iam_url or settings.upstream.iam_url


def _known(settings: Settings) -> tuple[Mapping[str, AccessKey], tuple[DevToken, ...]]:
    chosen = settings.identity
    keys = access_keys(chosen.keys_file, os.environ) if chosen.keys_file else {}
    return keys, dev_tokens(chosen.dev_tokens_file) if chosen.dev_tokens_file else ()


def credential_of(settings: Settings) -> Credential | None:
    """Return the gateway's own credential, None where there is none. Errors: SettingsError for its file."""
    chosen = settings.identity
    if chosen.upstream_key_file is not None:
        return upstream_key(chosen.upstream_key_file, os.environ)
    return upstream_token(chosen.upstream_token_file) if chosen.upstream_token_file is not None else None


def _check_upstream_credential(settings: Settings) -> None:
    """Refuse to send up what only this gateway knows. A client's own signature can pass when its Host does too."""
    chosen = settings.identity
    if chosen.upstream_key_file or chosen.upstream_token_file or not _forwards(settings):
        return
    if "dev" in chosen.accept or ("signature" in chosen.accept and settings.upstream.host != "client"):
        raise SettingsError(
            "identity.upstream_key_file: the cloud does not know the credentials accepted here; "
            "give the gateway's own key, or identity.upstream_token_file"
        )


def _forwards(settings: Settings) -> bool:
    return any(mode.forwards and mode is not SIMULATE for mode in (settings.mode, *settings.modes.values()))


def _simulates(settings: Settings) -> bool:
    return SIMULATE in (settings.mode, *settings.modes.values())


def _is_loopback(address: str) -> bool:
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""Which names carry secrets, and which headers may be kept: tables, and one question asked of them.

Knows no message and no key. Whoever adds a secret name adds it here, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType


class Treatment(Enum):
    """What happens to a header. `KEEP`: stored as it is. `LINK`: stored, its query parameters judged by name.
    `SIGN`: scheme, access key and signed names stay. `STAND_IN`: a placeholder stays, because a replay must hand
    something out. `REMOVE`: not stored, hunted elsewhere. `DROP`: not stored."""

    KEEP = auto()
    LINK = auto()
    SIGN = auto()
    STAND_IN = auto()
    REMOVE = auto()
    DROP = auto()


_KEPT_EITHER_WAY = (
    *("content-type", "content-language", "cache-control", "openstack-api-version", "x-request-id"),
    *("x-openstack-request-id", "x-compute-request-id"),
)
_KEPT_REQUEST = (
    *("accept", "accept-language", "user-agent", "if-match", "if-none-match", "if-modified-since", "prefer"),
    *("x-project-id", "x-domain-id", "x-sdk-date", "x-sdk-content-sha256", "x-language"),
    *("openstack-system-scope", "x-openstack-nova-api-version", "x-openstack-volume-api-version"),
)
_KEPT_RESPONSE = (
    *("allow", "content-length", "content-disposition", "date", "etag", "expires", "last-modified"),
    *("retry-after", "server", "vary", "www-authenticate", "x-trans-id", "x-openstack-volume-api-version"),
)


def _table(names: tuple[str, ...], links: tuple[str, ...]) -> Mapping[bytes, Treatment]:
    kept = dict.fromkeys((name.encode() for name in (*_KEPT_EITHER_WAY, *names)), Treatment.KEEP)
    led = dict.fromkeys((name.encode() for name in links), Treatment.LINK)
    special = {b"authorization": Treatment.SIGN, b"x-subject-token": Treatment.STAND_IN}
    never = dict.fromkeys((b"proxy-authorization", b"cookie", b"set-cookie"), Treatment.REMOVE)
    return MappingProxyType({**kept, **led, **special, **never})


REQUEST_HEADERS = _table(_KEPT_REQUEST, ())
RESPONSE_HEADERS = _table(_KEPT_RESPONSE, ("location", "content-location", "link"))

# A member, query parameter or header is secret when its name, less case and separators, ends in one of these;
# the value is the word that its placeholder carries.
SECRET_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "authkey": "auth_key",
        "userdata": "user_data",
        "password": "password",
        "passwd": "password",
        "passphrase": "password",
        "pass": "password",
        "pwd": "password",
        "passcode": "passcode",
        "secretaccesskey": "secret",
        "secretkey": "secret",
        "secret": "secret",
        "accesskey": "access_key",
        "privatekey": "private_key",
        "apikey": "api_key",
        "token": "token",
        "credential": "credential",
        "signature": "signature",
    }
)
# Names that are secret only as a whole, or only inside a member of another name.
EXACT_NAMES: Mapping[str, str] = MappingProxyType({"access": "access_key"})
NAMES_WITHIN: Mapping[tuple[str, str], str] = MappingProxyType(
    {("token", "id"): "token", ("access", "key"): "access_key", ("secret", "key"): "secret"}
)
# A body in which none of these occurs has no secret member. (A lone access key is no secret, a signature no member.)
STEMS = (b"pass", b"pwd", b"secret", b"token", b"key", b"credential", b"userdata")

# Words of the API itself. A secret that happens to be one is removed where it stands, but hunting it elsewhere
# would destroy the recording and hide nothing.
VOCABULARY = frozenset(
    b"""attaching available availability backup bootable creating default deleting description detail detaching
    domain downloading enabled disabled encrypted error_deleting error_extending error_restoring
    error_rollbacking extending extensions false in-use limits metadata metering password project projects quotas
    reserved retyping rollbacking snapshot snapshots status success transfer transfers uploading volume volumes
    volume_type awaiting-transfer""".split()
)

_SEPARATORS = re.compile(r"[-_.\s]")
_SECRET = re.compile(f"({'|'.join(sorted(SECRET_NAMES, key=len, reverse=True))})s?$")
_NO_SECRET = ("bypass", "compass")


@lru_cache(maxsize=4096)
def secret_label(name: str, within: str = "") -> str | None:
    """Return the word for the secret that a member of this name holds, or None. `within` names the member around it."""
    plain = _SEPARATORS.sub("", name.lower())
    nested = NAMES_WITHIN.get((_SEPARATORS.sub("", within.lower()), plain)) or EXACT_NAMES.get(plain)
    if nested or plain.endswith(_NO_SECRET):
        return nested
    found = _SECRET.search(plain)
    return SECRET_NAMES[found[1]] if found else None


@lru_cache(maxsize=1024)
def request_treatment(name: bytes) -> Treatment:
    """Return what happens to a request header of this lower-case name."""
    return _treatment(name, REQUEST_HEADERS)


@lru_cache(maxsize=1024)
def response_treatment(name: bytes) -> Treatment:
    """Return what happens to a response header of this lower-case name."""
    return _treatment(name, RESPONSE_HEADERS)


def _treatment(name: bytes, table: Mapping[bytes, Treatment]) -> Treatment:
    if (known := table.get(name)) is not None:
        return known
    return Treatment.REMOVE if secret_label(name.decode("latin-1")) else Treatment.DROP

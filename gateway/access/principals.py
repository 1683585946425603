"""Who asks: the one value that credentials become, and that permissions are decided about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AuthMethod(StrEnum):
    """How a principal was told from others. The values are those of `gw:AuthMethod`."""

    TOKEN = "token"  # noqa: S105 - a kind of credential, not a secret
    SIGNATURE = "aksk"
    DEV = "dev"


class Assurance(StrEnum):
    """How sure it is: `verified` here or by the IAM, or only `claimed`. The values are those of `gw:Assurance`."""

    VERIFIED = "verified"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was told by credentials; what is not known of them is None or empty. Holds no secret: `ak` is the
    public half of a key.

    Units: `expires_at` in seconds since the epoch, None where the credential does not expire.
    """

    user_id: str | None = None
    user_name: str | None = None
    domain_id: str | None = None
    domain_name: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    roles: tuple[str, ...] = ()
    ak: str | None = None
    agency: str | None = None
    dev_principal: str | None = None
    auth_method: AuthMethod | None = None
    assurance: Assurance | None = None
    expires_at: float | None = None


NOBODY = Principal()

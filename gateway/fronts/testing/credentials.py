"""Who the clients of a test are: made-up credentials, or where the cloud is really asked those of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = ("EVS_TOKEN", "OS_TOKEN")
_PROJECT = ("EVS_PROJECT_ID", "OS_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID")
_ACCESS_KEY = ("HUAWEICLOUD_SDK_AK",)
_SECRET_KEY = ("HUAWEICLOUD_SDK_SK",)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token and an access key of one project."""

    token: str = field(repr=False)
    project_id: str
    access_key: str
    secret_key: str = field(repr=False)


# A replay takes any. They open nothing anywhere.
MADE_UP = Credentials("evs-gateway-test-token", "e57e57e57e57e57e57e57e57e57e57e5", "EVSGATEWAYTESTACCESS", "made-up")


def credentials_in(environment: Mapping[str, str]) -> Credentials:
    """Return the credentials that the environment names, each made up where it does not."""

    def first(names: tuple[str, ...], made_up: str) -> str:
        return next((environment[name] for name in names if environment.get(name)), made_up)

    return Credentials(
        first(_TOKEN, MADE_UP.token),
        first(_PROJECT, MADE_UP.project_id),
        first(_ACCESS_KEY, MADE_UP.access_key),
        first(_SECRET_KEY, MADE_UP.secret_key),
    )

"""A running gateway as tests see it: its address, credentials, clients that use it, and what it could not replay."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gateway.errors import GatewayError
from gateway.fronts.testing.credentials import Credentials

Report = Mapping[str, Any]
"""What the gateway tells of a scope, or of one miss, as JSON."""

# What the scope of a gateway is called that has no listener of its own.
DEFAULT = "default"

LOOPBACK = "127.0.0.1"


class Control(Protocol):
    """The scopes of the gateway that runs here, by name; what one says is as on the admin side."""

    def report(self, name: str) -> Report: ...

    def reset(self, name: str) -> Report: ...

    def rewind(self, name: str) -> Report: ...

    def open(self, name: str | None) -> Report: ...

    def close(self, name: str) -> Report: ...


@dataclass(slots=True)
class EvsGateway:
    """One gateway in this process, or one scope of it. `endpoint` has no path."""

    endpoint: str
    mode: str
    cassette: Path | None
    # pytest prints what a failed test was given; a credential must not be among it.
    credentials: Credentials = field(repr=False)
    scope: str = field(default=DEFAULT, repr=False)
    control: Control | None = field(default=None, repr=False)
    _last: Report = field(default_factory=dict, repr=False)
    _clients: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def report(self) -> Report:
        """What became of the cassette until now, or at the end: `hits`, `misses`, `used`, `unused` and their counts."""
        if self.control is not None:
            self._last = self.control.report(self.scope)
        return self._last

    @property
    def misses(self) -> Sequence[Report]:
        """The reports of the requests that the cassette had no answer for."""
        misses: Sequence[Report] = self.report.get("misses", ())
        return misses

    def reset(self) -> Report:
        """Begin the cassette anew, with nothing used, and return what became of it until now."""
        return self._control.reset(self.scope)

    def rewind(self) -> None:
        """Go back to the start of the cassette, with new ids."""
        self._control.rewind(self.scope)

    @contextmanager
    def apart(self, name: str | None = None) -> Iterator[EvsGateway]:
        """Give a scope of its own, on a listener of its own, to whom the block lasts: the cassette from the start."""
        opened = self._control.open(name)
        apart = EvsGateway(
            opened["url"], self.mode, self.cassette, self.credentials, scope=opened["name"], control=self.control
        )
        try:
            yield apart
        finally:
            apart.end()
            self._control.close(apart.scope)

    @property
    def _control(self) -> Control:
        if self.control is None:
            raise GatewayError("this gateway has ended")
        return self.control

    @property
    def token(self) -> str:
        return self.credentials.token

    @property
    def project_id(self) -> str:
        return self.credentials.project_id

    @property
    def volume_endpoint(self) -> str:
        """The address of the project's block storage, as a service catalogue gives it."""
        return f"{self.endpoint}/v2/{self.project_id}"

    def environment(self, around: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that lead clients here. No proxy stands between; `around` says what else needs none."""
        direct = ",".join(filter(None, (around.get("NO_PROXY") or around.get("no_proxy"), LOOPBACK)))
        return {
            "EVS_ENDPOINT": self.endpoint,
            "EVS_TOKEN": self.token,
            "EVS_PROJECT_ID": self.project_id,
            "OS_AUTH_TYPE": "admin_token",
            "OS_ENDPOINT": self.volume_endpoint,
            "OS_TOKEN": self.token,
            "OS_BLOCK_STORAGE_API_VERSION": "2",
            "HUAWEICLOUD_SDK_AK": self.credentials.access_key,
            "HUAWEICLOUD_SDK_SK": self.credentials.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": self.project_id,
            "NO_PROXY": direct,
            "no_proxy": direct,
        }

    def openstack(self) -> Any:
        """Return an openstacksdk connection, closed with the gateway. Errors: ModuleNotFoundError without it."""
        connection = _library("openstack.connection", "openstacksdk").Connection(
            auth_type="admin_token",
            auth={"endpoint": self.volume_endpoint, "token": self.token},
            block_storage_api_version="2",
        )
        self._clients.callback(connection.session.session.close)
        self._clients.callback(connection.close)
        return connection

    def cinder(self) -> Any:
        """Return a python-cinderclient v2 client, closed with the gateway. Errors: ModuleNotFoundError without it."""
        cinderclient = _library("cinderclient.client", "python-cinderclient")
        http = _library("requests", "requests").Session()
        self._clients.callback(http.close)
        auth = _library("keystoneauth1.token_endpoint", "keystoneauth1").Token(self.volume_endpoint, self.token)
        session = _library("keystoneauth1.session", "keystoneauth1").Session(auth=auth, session=http)
        return cinderclient.Client("2", session=session, endpoint_override=self.volume_endpoint)

    def huawei(self) -> Any:
        """Return the EVS client of Huawei's SDK, closed with the gateway. Errors: ModuleNotFoundError without it."""
        evs = _library("huaweicloudsdkevs.v2", "huaweicloudsdkevs")
        known = _library("huaweicloudsdkcore.auth.credentials", "huaweicloudsdkcore").BasicCredentials(
            self.credentials.access_key, self.credentials.secret_key, self.project_id
        )
        client = evs.EvsClient.new_builder().with_credentials(known).with_endpoint(self.endpoint).build()
        self._clients.callback(client.close)
        return client

    def end(self) -> None:
        """Close every client that was handed out, and remember the last report."""
        self._clients.close()
        self._last, self.control = self.report, None


def _library(module: str, package: str) -> Any:
    """Import a client library when it is asked for."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise ModuleNotFoundError(
            f"this client needs {package}, which is not installed: pip install {package}", name=error.name
        ) from error

"""One request to a door, as a client would send it, and how far it came. Past no proxy but the one that is visited."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from gateway.cli.doctor.verdicts import MISS, Ended, Visit

TIMEOUT_S = 20
# Answered by the service to anybody, and the smallest thing that it says.
TARGET = "/v2"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A forward door: where it is, and as whom it is used."""

    url: str
    user: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        if self.user is None:
            return {}
        return {"Proxy-Authorization": "Basic " + base64.b64encode(self.user.encode()).decode()}


def public(url: str) -> Visit:
    """Ask the public door."""
    blank = Visit("public", url, Ended.BROKEN, time.time())
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    return _visited(blank, connection, parts.path.rstrip("/") + TARGET)


def forward(proxy: Proxy, host: str, ca: str) -> Visit:
    """Ask a host through the forward door, with a CA file that is trusted alone."""
    blank = Visit("forward", proxy.url, Ended.BROKEN, time.time(), host=host, ca=ca)
    parts, name = urlsplit(proxy.url), urlsplit(f"//{host}")
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        return replace(blank, ended=Ended.UNTRUSTED, detail=f"{error.strerror or error}")
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S, context=context)
    connection.set_tunnel(name.hostname or "", name.port or 443, dict(proxy.headers))
    return _visited(blank, connection, TARGET)


def _visited(blank: Visit, connection: http.client.HTTPConnection, target: str) -> Visit:
    with closing(connection):
        try:
            connection.request("GET", target, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            answer.read()
        except ssl.SSLCertVerificationError as error:
            return replace(blank, ended=Ended.UNTRUSTED, detail=error.verify_message)
        except (ConnectionRefusedError, TimeoutError, socket.gaierror) as error:
            return replace(blank, ended=Ended.UNREACHABLE, detail=error.strerror or "it takes too long")
        except OSError as error:
            return _without_tunnel(blank, str(error))
        except http.client.HTTPException as error:
            return replace(blank, detail=type(error).__name__)
    said = {name: unquote(answer.headers.get(name) or "") for name in ("proxy-status", "date")}
    return replace(
        blank,
        ended=Ended.ANSWERED,
        status=answer.status,
        proxy_status=said["proxy-status"],
        date="" if answer.status == MISS or answer.headers.get("cache-status", "").find("hit") >= 0 else said["date"],
    )


def _without_tunnel(blank: Visit, said: str) -> Visit:
    """Read what http.client says of a CONNECT that was refused: `Tunnel connection failed: 403 Forbidden`."""
    status = said.rpartition("failed: ")[2].partition(" ")[0]
    if status.isdigit():
        return replace(blank, ended=Ended.REFUSED, status=int(status))
    return replace(blank, detail=said)

"""Strings that want to become more than text, and requests that carry them in wherever a client has a say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx

from tests.browser.watching import ALARM
from tests.scenarios.client import PROJECT

_RUN = f"window.{ALARM}=1"
SCRIPT = f"<script>{_RUN}</script>"
IMAGE = f'"><img src=x onerror="{_RUN}">'
CLOSING = f"</textarea></pre></td></script><svg onload={_RUN}>"
ADDRESS = f"javascript:{_RUN}"
TEMPLATE = "{{7*7}}${7*7}{%print(7*7)%}"
# The name of a disk that reads `gnp.exe`, and one that would clear a terminal.
BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}exe.png\N{POP DIRECTIONAL FORMATTING}"
ANSI = "\x1b[2J\x1b[31mred"
ALL = (SCRIPT, IMAGE, CLOSING, ADDRESS, TEMPLATE, BIDI, ANSI)
# What nobody has as a name, but whoever makes up a token may.
PERSON = f"<b onclick={_RUN}>mallory</b>{BIDI}"
_NEW = {"size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}


def requests(token: str) -> Iterator[httpx.Request]:
    """Yield requests that carry them in agents, bodies, queries and targets."""
    for text in ALL:
        yield ordering(token, text)
        yield _request("GET", f"/v2/{PROJECT}/volumes/detail", token, text, params={"name": text, text: text})
    for text in (SCRIPT, CLOSING, ADDRESS, TEMPLATE):
        yield _raw(f"/v2/{PROJECT}/volumes/{text}".replace(" ", "/"), token, text)


def ordering(token: str, text: str) -> httpx.Request:
    """Return an order of a disk that has a string wherever it can have one."""
    volume = {**_NEW, "name": text, "description": text, "metadata": {text: text}}
    return _request("POST", f"/v2/{PROJECT}/volumes", token, text, {"volume": volume})


def _request(
    method: str, path: str, token: str, agent: str, body: object = None, params: Mapping[str, str] | None = None
) -> httpx.Request:
    # No header may hold an escape: whoever sends one is cut off before there is a request.
    said = agent.replace("\x1b", "").encode()
    headers = {b"X-Auth-Token": token.encode(), b"User-Agent": said}
    return httpx.Request(method, f"http://gateway{path}", headers=headers, json=body, params=params)


def _raw(target: str, token: str, agent: str) -> httpx.Request:
    """Return a request whose target goes out as it is, with no character encoded."""
    request = _request("GET", "/", token, agent)
    request.extensions["target"] = target.encode()
    return request


def send_all(address: str, token: str) -> list[int]:
    """Send them to a gateway, and return the statuses."""
    return [send(address, each) for each in requests(token)]


def send(address: str, request: httpx.Request) -> int:
    """Send one request to a gateway, and return the status."""
    place = httpx.URL(address)
    request.url = request.url.copy_with(host=place.host, port=place.port)
    request.headers["Host"] = f"{place.host}:{place.port}"
    with httpx.Client(trust_env=False, timeout=30) as http:
        return http.send(request).status_code

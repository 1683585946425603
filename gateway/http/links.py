"""Answers whose URLs lead back through the gateway, so that no client follows a link past it with its token.

The service names other hosts and ports than its endpoint has, so a URL is led back when its origin is one of the
upstreams', or when its path is one of the API's. Works on the raw bytes: only URLs change, everything else stays as
the cloud wrote it. Knows no modes and no storage.

Source: what clients do with links (findings 1 to 3); reference-notes 76.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from gateway.contract.model import JsonValue
from gateway.http.messages import Response, is_json
from gateway.http.places import COLLECTION, SPELLINGS, VERSION, Places, plain_urls

# Service types under which block storage and identity stand in a catalogue; all others are not ours.
OUR_SERVICES = frozenset({"evs", "volume", "volumev2", "volumev3", "block-storage", "iam", "identity"})

# Answers of replays that were led back before; emptied when full.
REMEMBERED = 256

_URL_HEADERS = frozenset({b"location", b"content-location"})
_AUTHORITY = re.compile(rb"(?i:https?)://([^/?#]*)")
_API_PATH = re.compile(rb"(?:" + VERSION + rb"|/[^/?#]+" + COLLECTION + rb")(?:[/?#]|\Z)")
_STRING = rb'[^"\\]*(?:\\.[^"\\]*)*'
_ABSOLUTE = rb"((?i:https?):\\?/\\?/" + _STRING + rb")"
# A name is a member's name when its first quote is no escaped one and a colon follows.
# The check stands behind the name, so that the search is for plain text.
_HREF = re.compile(rb'("href"(?<!\\"href")\s*:\s*")' + _ABSOLUTE)
_CATALOGUE_URL = re.compile(rb'("url"(?<!\\"url")\s*:\s*")' + _ABSOLUTE)
_LINKS_OBJECT = re.compile(rb'"links"(?<!\\"links")\s*:\s*\{[^{}\[\]]*\}')
_MEMBER = re.compile(rb'(?<!\\)("\w+"\s*:\s*")' + _ABSOLUTE)


class Links:
    """The upstreams' origins, `scheme://host[:port][/prefix]`, and what becomes of URLs in their answers."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._prefixes: dict[bytes, list[bytes]] = {}
        for authority, path in sorted((_place_of(o.encode()) for o in origins), key=_length_of_path, reverse=True):
            self._prefixes.setdefault(authority, []).append(path.rstrip(b"/"))
        self._led: dict[tuple[int, str], tuple[Response, Response]] = {}
        self._places = Places(self._prefixes)
        self._plain = [(name, plain_urls(name, self._prefixes)) for name in SPELLINGS]
        self._among_escapes = [(name, _unescaped(name, urls)) for name, urls in self._plain]

    def rewrite(self, response: Response, base_url: str) -> Response:
        """Return the response with every URL of the API under `base_url`, the gateway's own address."""
        base = base_url.rstrip("/").encode()
        headers, content_type = response.headers, None
        for name, value in headers:
            if name == b"content-type":
                content_type = value if content_type is None else content_type
            elif name in _URL_HEADERS:
                led = tuple([(n, self._led_back(v, base) if n in _URL_HEADERS else v) for n, v in headers])
                response = Response(response.status, led, response.body)
                return self._with_links(response, base) if response.is_json else response
        return self._with_links(response, base) if is_json(content_type) else response

    def rewrite_twice(self, response: Response, first_url: str, second_url: str) -> tuple[Response, Response]:
        """Return the response with its URLs under one address, and the same led on to another. Where they stand is
        looked for once."""
        first, second = first_url.rstrip("/").encode(), second_url.rstrip("/").encode()
        found = self._places.cut(response.body, first, second) if _is_plain(response) else None
        if found is None:
            once = self.rewrite(response, first_url)
            return once, led_on(once, first, second)
        name, pieces = found
        return response.with_body((name + first).join(pieces)), response.with_body((name + second).join(pieces))

    def _with_links(self, response: Response, base: bytes) -> Response:
        body = response.body
        if not _may_hold_urls(body):
            return response
        found = self._places.cut(body, base)
        if found is not None:
            name, pieces = found
            return response.with_body((name + base).join(pieces))
        led = self._rewrite_body(body, base)
        return response if led is body else response.with_body(led)

    def rewrite_again(self, response: Response, base_url: str) -> Response:
        """The same for an answer that is served again and again as the same object: remembered by its identity."""
        known = self._led.get((id(response), base_url))
        if known is not None:
            return known[1]
        if len(self._led) >= REMEMBERED:
            self._led.clear()
        led = self.rewrite(response, base_url)
        # What is led stands beside it, so that its identity stays its own.
        self._led[id(response), base_url] = (response, led)
        return led

    def _rewrite_body(self, body: bytes, base: bytes) -> bytes:
        def in_member(found: re.Match[bytes]) -> bytes:
            return found[1] + _in_json(found[2], lambda url: self._led_back(url, base))

        if b'"href"' in body:
            body, left = self._plain_led_back(body, base)
            body = _HREF.sub(in_member, body) if left else body
        if b'"links"' in body:
            body = _LINKS_OBJECT.sub(lambda found: _MEMBER.sub(in_member, found[0]), body)
        if b'"catalog"' in body:
            body = self._rewrite_catalogue(body, base)
        return body

    def _plain_led_back(self, body: bytes, base: bytes) -> tuple[bytes, int]:
        """Lead back the links that need no second look, nearly all of a list, and return how many others there are."""
        left = body.count(b'"href"')
        if base in body or b"\\" in base:
            return body, left
        for name, urls in self._among_escapes if b"\\" in body else self._plain:
            if left and name in body:
                body, led = urls.subn(name + base, body)
                left -= led
        return body, left

    def _rewrite_catalogue(self, body: bytes, base: bytes) -> bytes:
        """Lead back the endpoints of our services by their type, because all services share the same paths."""
        ours = frozenset(_endpoints(body))

        def in_member(found: re.Match[bytes]) -> bytes:
            return found[1] + _in_json(found[2], lambda url: self._endpoint_led_back(url, base, ours))

        return _CATALOGUE_URL.sub(in_member, body)

    def _endpoint_led_back(self, url: bytes, base: bytes, ours: frozenset[bytes]) -> bytes:
        authority, path = _place_of(url)
        rest = self._within_origin(authority, path)
        if rest is None and url in ours:
            rest = path
        return url if rest is None or _is_under(url, base) else base + rest

    def _led_back(self, url: bytes, base: bytes) -> bytes:
        if _is_under(url, base):
            return url
        authority, path = _place_of(url)
        rest = self._within_origin(authority, path)
        if rest is None and _API_PATH.match(path):
            rest = path
        return url if rest is None else base + rest

    def _within_origin(self, authority: bytes, path: bytes) -> bytes | None:
        """Return what follows a known origin, or None. The scheme is not compared: behind TLS links say http."""
        for prefix in self._prefixes.get(authority, ()):
            if _is_under(path, prefix):
                return path[len(prefix) :]
        return None


def _unescaped(name: bytes, urls: re.Pattern[bytes]) -> re.Pattern[bytes]:
    """Return what finds the same in a body with escapes: none before the name, none in the URL."""
    written = re.escape(name)
    start = written + rb"(?<!\\" + written + rb")"
    return re.compile(start + urls.pattern.removeprefix(written) + rb"(?=[^\"\\]*+\")")


def led_on(response: Response, before: bytes, after: bytes) -> Response:
    """Return a response whose URLs are under one address with URLs under another."""
    headers = tuple([(name, value.replace(before, after)) for name, value in response.headers])
    led, body = Response(response.status, headers, response.body), response.body.replace(before, after)
    return led if body == led.body else led.with_body(body)


def _is_plain(response: Response) -> bool:
    """Return whether an answer is JSON that may hold URLs, and no header of it is one."""
    return response.is_json and _URL_HEADERS.isdisjoint([name for name, _ in response.headers])


def _may_hold_urls(body: bytes) -> bool:
    # One slash is cheap to look for.
    return b"/" in body and (b"://" in body or b":\\/\\/" in body)


def _in_json(text: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Apply a change to the URL a JSON string stands for, and write it as a JSON string again only if it changed."""
    if b"\\" not in text:
        return change(text)
    try:
        url = json.loads(b'"' + text + b'"').encode("utf-8", "surrogatepass")
    except ValueError:
        return text
    changed = change(url)
    return text if changed == url else json.dumps(changed.decode("utf-8", "surrogatepass"))[1:-1].encode()


def _is_under(url: bytes, base: bytes) -> bool:
    return url.startswith(base) and url[len(base) : len(base) + 1] in (b"", b"/", b"?", b"#")


def _place_of(url: bytes) -> tuple[bytes, bytes]:
    """Return a URL's authority, lower case and without user or default port, and everything after it."""
    found = _AUTHORITY.match(url)
    if found is None:
        return b"", b""
    authority = found[1].rpartition(b"@")[2].lower()
    return authority.removesuffix(b":80").removesuffix(b":443"), url[found.end() :]


def _length_of_path(place: tuple[bytes, bytes]) -> int:
    return len(place[1])


def _endpoints(body: bytes) -> Iterator[bytes]:
    """Yield the endpoint URLs of our services in a token's catalogue."""
    for service in _catalogue(body):
        if isinstance(service, dict) and service.get("type") in OUR_SERVICES:
            endpoints = service.get("endpoints")
            for endpoint in endpoints if isinstance(endpoints, list) else ():
                if isinstance(endpoint, dict) and isinstance(url := endpoint.get("url"), str):
                    yield url.encode("utf-8", "surrogatepass")


def _catalogue(body: bytes) -> list[JsonValue]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return []
    token = answer.get("token", answer) if isinstance(answer, dict) else None
    services = token.get("catalog") if isinstance(token, dict) else None
    return services if isinstance(services, list) else []

"""What is removed because of where it stands: headers, query parameters, body members, `name=value` in plain text.

One `Removal` serves one exchange: it collects the rules that removed something and the values to hunt.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import orjson

from gateway.cassette.members import Scalar, replaced
from gateway.cassette.secrets import Treatment, secret_label
from gateway.cassette.taint import Taint, Taints, is_hunted, is_placeholder
from gateway.http.messages import Headers

# A name is looked for where one begins, and not given up letter by letter: bodies are long, and anybody's.
_PARAMETER = re.compile(rb"(?<![^&;=?#/\s<>\"])([^&;=?#/\s<>\"]++)=([^&;#\s<>\"]+)")
_TOKEN_IN_PATH = re.compile(rb"(/tokens/)([^/?#]+)")
_SIGNED = re.compile(rb"(Access|Credential|SignedHeaders|Signature)=([^,\s]+)", re.IGNORECASE)
_NAMED = re.compile(
    rb"""(?<![\w.-])(?P<name>[\w.-]++)(?P<to>\\*["']?\s*[:=]\s*)"""
    rb"""(?:(?P<quote>\\*["'])(?P<quoted>.*?)(?P=quote)|(?P<bare>[^\s"'&,;<>{}\[\]\\]+))""",
    re.DOTALL,
)
_LINE = re.compile(rb"(?i)\b(authorization|(?:set-)?cookie)(\\*[\"']?\s*[:=]\s*\\*[\"']?)([^\r\n\"'\\]+)")
# What tokens look like, for answers of operations nobody has described: Fernet, PKI and JSON web tokens.
_TOKEN_SHAPES = re.compile(rb"gAAAA[\w-]{60,}=*|MII[\w+/=-]{100,}|(?<![\w-])eyJ[\w-]{10,}+\.[\w-]{10,}+\.[\w-]*")
_SHORT_URL = 1024
_SIGNATURE_GONE = b"redacted-signature"


def names_no_secret(url: bytes) -> bool:
    """True for a URL or target in which there is nothing to remove: no secret parameter, and no token in its path."""
    if b"/tokens/" in url:
        return False
    return b"=" not in url or (_names_none(url) if len(url) <= _SHORT_URL else _is_plain_url(url))


def _is_plain_url(url: bytes) -> bool:
    return all(_label_of(found) is None for found in _PARAMETER.finditer(url))


@lru_cache(maxsize=1024)
def _names_none(url: bytes) -> bool:
    """The same for URLs that are not long: clients ask for the same pages again."""
    return _is_plain_url(url)


def _label_of(parameter: re.Match[bytes]) -> str | None:
    return secret_label(unquote_to_bytes(parameter[1]).decode("utf-8", "replace"))


@dataclass(slots=True)
class Removal:
    """The secrets of one exchange. `found` are the values to hunt in the rest of it, `rules` what removed them."""

    taints: Taints
    rules: set[str] = field(default_factory=set)
    found: list[Taint] = field(default_factory=list)

    def stand_in(self, rule: str, value: bytes, label: str) -> bytes:
        """Return the placeholder of a secret and remember the value for the hunt."""
        known = self.taints.hunts(value, label)
        if known is None:
            if is_placeholder(value):
                return value
            if not is_hunted(value):
                self.rules.add(rule)
                return self.taints.placeholder(value, label)
            known = self.taints.remember(value, label)
        self.rules.add(rule)
        if known not in self.found:
            self.found.append(known)
        return known.placeholder

    def headers(self, headers: Headers, treatment: Callable[[bytes], Treatment]) -> Headers:
        """Return the headers that may be stored, as they may be stored."""
        kept = []
        for name, value in headers:
            match treatment(name):
                case Treatment.KEEP:
                    kept.append((name, value))
                case Treatment.LINK:
                    kept.append((name, self.link(value)))
                case Treatment.SIGN:
                    kept.append((name, self._authorization(value)))
                case Treatment.STAND_IN:
                    kept.append((name, self.stand_in(f"header:{name.decode('latin-1')}", value, "token")))
                case Treatment.REMOVE:
                    self._removed(name.decode("latin-1"), value)
        return tuple(kept)

    def _removed(self, name: str, value: bytes) -> None:
        """Note a header that is not stored; each value of a cookie is a secret of its own, decoded too."""
        label = secret_label(name) or "credential"
        for part in value.split(b";") if name.endswith("cookie") else [value]:
            secret = part.partition(b"=")[2] if name.endswith("cookie") else part
            written = secret.strip() or part.strip()
            for spelling in dict.fromkeys((written, unquote_to_bytes(written))) if b"%" in written else (written,):
                self.stand_in(f"header:{name}", spelling, label)
        if name == "proxy-authorization":
            self._authorization(value, rule=f"header:{name}")

    def _authorization(self, value: bytes, rule: str = "header:authorization") -> bytes:
        """Return the header with scheme, access key and signed header names; signature or credentials are gone."""
        scheme, _, rest = value.strip().partition(b" ")
        parts = _SIGNED.findall(rest)
        if not any(name.lower() == b"signature" for name, _ in parts):
            return self._credentials(scheme, rest.strip(), rule)
        for name, secret in parts:
            if name.lower() == b"signature" and not is_placeholder(secret):
                self.rules.add(rule)
                self.found.append(self.taints.once(secret, "signature"))
        kept = ((name, _SIGNATURE_GONE if name.lower() == b"signature" else text) for name, text in parts)
        return scheme + b" " + b", ".join(name + b"=" + text for name, text in kept)

    def _credentials(self, scheme: bytes, rest: bytes, rule: str) -> bytes:
        if scheme.lower() == b"basic":
            self._basic(rest, rule)
        secret = rest or scheme
        gone = self.stand_in(rule, secret, "token")
        return scheme + b" " + gone if rest else gone

    def _basic(self, coded: bytes, rule: str) -> None:
        try:
            password = b64decode(coded, validate=True).partition(b":")[2]
        except Base64Error:
            return
        if password:
            self.stand_in(rule, password, "password")

    def link(self, url: bytes) -> bytes:
        """Return a URL or target without the values of secret query parameters and without a token in its path."""
        if b"/tokens/" in url:
            url = _TOKEN_IN_PATH.sub(lambda found: found[1] + self.stand_in("path:tokens", found[2], "token"), url)
        return _PARAMETER.sub(self._parameter, url) if b"=" in url else url

    def _parameter(self, found: re.Match[bytes]) -> bytes:
        label = _label_of(found)
        if label is None:
            return found[0]
        return found[1] + b"=" + self.stand_in(f"query:{label}", unquote_to_bytes(found[2].replace(b"+", b" ")), label)

    def body(self, body: bytes, content_type: bytes) -> bytes | None:
        """Return a body without its secret members, or None when it cannot be read well enough to say so."""
        try:
            orjson.loads(body)
        except ValueError:
            return self._plain_body(body, content_type)
        return replaced(body, self._scalar)

    def _plain_body(self, body: bytes, content_type: bytes) -> bytes | None:
        if b"json" in content_type.lower() or body.lstrip()[:1] in (b"{", b"["):
            return None
        if b"x-www-form-urlencoded" in content_type.lower():
            return _PARAMETER.sub(self._parameter, body)
        return self.text(body)

    def _scalar(self, scalar: Scalar) -> bytes | None:
        value = scalar.value.encode("utf-8")
        label = secret_label(scalar.name, scalar.within)
        if label is None:
            return self._told(value) if scalar.is_text else None
        if not value:
            return None
        gone = self.stand_in(f"body:{label}", value, label)
        return b'"' + gone + b'"' if scalar.is_text else b"0"

    def _told(self, value: bytes) -> bytes | None:
        """Return a string that names secrets in its text without them, None when it names none."""
        if b"=" not in value and b":" not in value:
            return None
        plain = self.text(value)
        return None if plain == value else orjson.dumps(plain.decode("utf-8"))

    def text(self, text: bytes) -> bytes:
        """Return plain text without what follows a secret name (`password=…`, `X-Auth-Token: …`, quoted JSON).

        Such a value is not hunted elsewhere: it may as well be a word of a sentence.
        """
        return _NAMED.sub(self._named, _LINE.sub(self._line, text))

    def _line(self, found: re.Match[bytes]) -> bytes:
        gone = self._authorization(found[3]) if found[1].lower() == b"authorization" else b"redacted-cookie"
        self.rules.add("text")
        return found[1] + found[2] + gone

    def _named(self, found: re.Match[bytes]) -> bytes:
        label = secret_label(found["name"].decode("utf-8", "replace"))
        value = found["quoted"] or found["bare"]
        if label is None or not value or is_placeholder(value):
            return found[0]
        self.rules.add("text")
        quote = found["quote"] or b""
        return found["name"] + found["to"] + quote + self.taints.placeholder(value, label) + quote

    def shapes(self, body: bytes) -> bytes:
        """Return the body of an undescribed operation without what looks like a token."""
        return _TOKEN_SHAPES.sub(lambda found: self.stand_in("shape:token", found[0], "token"), body)

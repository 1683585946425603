"""Secrets that are still in a document: a file of a text cassette, a HAR, a cassette of VCR.py, an exchange as JSON.

Looks at every value of it, also where no reader of ours looks, by the same names and shapes as redaction; and, wider
than that, at names that only sound secret, when their value looks random. Says where and what kind, never the value.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.kinds import ALIAS_MARK, IS_UUID
from gateway.cassette.removal import Removal
from gateway.cassette.secrets import STEMS, request_treatment, secret_label
from gateway.cassette.taint import Taints, is_placeholder
from gateway.contract.places import pointed

RANDOM = "random value under a secret-sounding name"
IN_TEXT = "secret in a text"
PRIVATE_KEY = "private key"
_SHORTEST_RANDOM = 16
# Words of a language have less than 3 bits a letter at this length, random ones of letters and digits more.
_RANDOM_BITS = 3.3
_RANDOM_LETTERS = re.compile(r"[\w+/=.~-]*[A-Za-z][\w+/=.~-]*", re.ASCII)
_STEMS = tuple(stem.decode() for stem in STEMS)
_LINES = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_ALIAS = re.compile(ALIAS_MARK)
_CLASSES = frozenset(CredentialClass)


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret: where it stands (a JSON pointer) and of what kind it is."""

    place: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a value stands: its place, the member that holds it, and the member around that."""

    place: tuple[str, ...] = ()
    name: str = ""
    within: str = ""

    def member(self, name: str) -> _Spot:
        return _Spot((*self.place, name), name, self.name)

    def item(self, index: int) -> _Spot:
        return _Spot((*self.place, str(index)), self.name, self.within)

    def named(self, name: str) -> _Spot:
        return _Spot((*self.place, "value"), name.lower(), self.name)


def scan(document: Any) -> Iterator[Leak]:
    """Yield the secrets of a document, one for each value that holds one."""
    yield from _value(document, _Spot())


def _value(value: Any, spot: _Spot) -> Iterator[Leak]:
    match value:
        case dict():
            yield from _object(value, spot)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _value(item, spot.item(index))
        case bytes():
            yield from _text(value.decode("latin-1"), spot)
        case str():
            yield from _text(value, spot)
        case bool() | None:
            return
        case int() | float() if value and secret_label(spot.name, spot.within):
            yield _leak(spot, secret_label(spot.name, spot.within) or "")


def _object(value: dict[Any, Any], spot: _Spot) -> Iterator[Leak]:
    """Yield the secrets of an object. HAR spells members as pairs of `name` and `value` and tells a coded text."""
    pair, coded = value.get("name"), "base64" in (value.get("encoding"), value.get("_evsEncoding"))
    for name, each in value.items():
        if name == "value" and isinstance(pair, str):
            yield from _value(each, spot.named("cookie" if spot.name == "cookies" else pair))
        elif isinstance(each, str) and (name == "base64" or (name == "text" and coded)):
            yield from _text(_decoded(each), spot.member(str(name)))
        else:
            yield from _value(each, spot.member(str(name)))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("latin-1")
    except binascii.Error:
        return text


def _text(text: str, spot: _Spot) -> Iterator[Leak]:
    if spot.name == "headers" and ": " in text:
        name, _, text = text.partition(": ")
        spot = _Spot(spot.place, name.lower(), spot.name)
    nested = _nested(text)
    if nested is not None:
        yield from _value(nested, spot)
        return
    is_line = spot.name.lower() in _LINES
    kind = _credential(text, spot.name.lower()) if is_line else _named(text, spot) or _told(text)
    if kind:
        yield _leak(spot, kind)


def _nested(text: str) -> Any:
    """Return the JSON object or array that a text is, None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _named(text: str, spot: _Spot) -> str | None:
    """Return the kind of secret that a text is by the name it stands under."""
    value = text.strip()
    if not value or is_placeholder(value.encode("utf-8", "surrogatepass")) or _is_class(value, spot):
        return None
    label = secret_label(spot.name, spot.within)
    sounds_secret = any(stem in spot.name.lower() for stem in _STEMS)
    return label or (RANDOM if sounds_secret and _is_random(value) else None)


def _is_class(value: str, spot: _Spot) -> bool:
    """True for the class of credentials that every exchange of ours names."""
    return spot.name == "credential" and value in _CLASSES


def _is_random(value: str) -> bool:
    if len(value) < _SHORTEST_RANDOM or IS_UUID.fullmatch(value) or not _RANDOM_LETTERS.fullmatch(value):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    has_digit = any(letter.isdigit() for letter in value)
    return has_digit and -sum(share * math.log2(share) for share in shares) > _RANDOM_BITS


def _credential(text: str, name: str) -> str | None:
    """Return the kind of secret in a header that is made of them. A signature that is gone leaves the rest of it."""
    header = (name.encode(), text.encode("utf-8", "surrogatepass"))
    kept = Removal(Taints(b"")).headers((header,), request_treatment)
    return None if is_placeholder(header[1]) or kept == (header,) else name


def _told(text: str) -> str | None:
    """Return the kind of secret that is told in a text: a URL, a sentence, the shape of a token.

    An alias tells none, though one of a secret is spelled as if it did.
    """
    if _KEY_BLOCK.search(text):
        return PRIVATE_KEY
    raw = _ALIAS.sub("", text).encode("utf-8", "surrogatepass")
    removal = Removal(Taints(b""))
    if removal.link(raw) != raw or removal.shapes(raw) != raw:
        return next(rule.partition(":")[2] for rule in sorted(removal.rules))
    return IN_TEXT if removal.text(raw) != raw else None


def _leak(spot: _Spot, kind: str) -> Leak:
    return Leak(pointed("", *spot.place), kind)

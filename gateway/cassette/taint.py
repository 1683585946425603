"""Values removed once, and the hunt for them in everything else: raw, URL-encoded, base64 and JSON-escaped.

The hunt runs over every exchange, so it must cost next to nothing where there is nothing to find: it looks for an
*anchor* of each value, sixteen letters and digits that no encoding of text changes, and spells the value out only where
the anchor was seen.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from gateway.cassette.secrets import VOCABULARY
from gateway.http.memo import Memo

SHORTEST_HUNTED = 6
REMEMBERED = 32
_LONGEST_WORD = max(map(len, VOCABULARY))
# A run of letters and digits this long that holds a digit is no word: finding it is finding the secret.
_DISTINCTIVE = 16
# A text is searched for each needle by itself while these are few, else for runs of letters and digits and these for
# anchors: that costs as much as two dozen searches, however many there are.
_FEW = 24
_LONG_RUN = re.compile(rb"[0-9A-Za-z]{%d,}" % _DISTINCTIVE)
_DIGIT = re.compile(rb"[0-9]")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_RUN = re.compile(rb"[0-9A-Za-z]+")
_IS_ANCHOR = re.compile(rb"[0-9A-Za-z]{%d}" % _DISTINCTIVE)
# Secrets that come back after they were forgotten are spelled out once; a taint is about so many times as long.
_MADE = 1024
_MADE_BYTES = 4 * 1024 * 1024
_TIMES = 2
_PLACEHOLDER = re.compile(rb"redacted-[a-z_]+(?:-[0-9a-f]{12})?|<[a-z_-]+:\d+>")


def is_placeholder(value: bytes) -> bool:
    """True for what an earlier redaction left, or for an alias of it: nothing is gained by replacing it again."""
    return _PLACEHOLDER.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Taint:
    """A removed value. Where none of the `needles` occurs the value does not; `anchors` are those of them that give it
    away in any encoding of text."""

    value: bytes
    placeholder: bytes
    needles: tuple[bytes, ...]
    anchors: tuple[bytes, ...]

    def may_be_in(self, text: bytes) -> bool:
        return any(needle in text for needle in self.needles)

    def removed_from(self, text: bytes) -> bytes:
        spellings = {*_plain_spellings(self.value), *_base64_spellings(self.value)}
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, self.placeholder)
        return text

    def shows_in(self, text: bytes) -> bool:
        return any(anchor in text for anchor in self.anchors)


def placeholder(key: bytes, value: bytes, label: str) -> bytes:
    """Return what stands for a secret: equal secrets give equal placeholders, and only this key gives these."""
    digest = hmac.new(key, value, hashlib.sha256).hexdigest()
    return f"redacted-{label}-{digest[:12]}".encode()


def is_hunted(value: bytes) -> bool:
    """True when the value is long and strange enough to be searched for in everything else."""
    return len(value) >= SHORTEST_HUNTED and (len(value) > _LONGEST_WORD or value.lower() not in VOCABULARY)


def taint(value: bytes, stand_in: bytes) -> Taint:
    """Return the value with what the hunt for it looks for: an anchor where there is one, else every spelling."""
    plain = _anchor(value)
    coded = {text: _anchor(text) for text in _base64_spellings(value)}
    raw = (plain,) if plain else tuple(_plain_spellings(value))
    anchors = tuple(dict.fromkeys(anchor for anchor in (plain, *coded.values()) if anchor))
    needles = dict.fromkeys((*raw, *(anchor or text for text, anchor in coded.items())))
    return Taint(value, stand_in, tuple(needles), anchors)


def _anchor(text: bytes) -> bytes | None:
    """Return the end of the longest run of letters and digits: no encoding of text changes those. Tokens of one
    kind begin alike, so the end tells more."""
    run = max(_RUN.findall(text), key=len, default=b"")
    tail = run[-_DISTINCTIVE:]
    return tail if len(run) >= _DISTINCTIVE and _DIGIT.search(tail) else None


def _plain_spellings(value: bytes) -> set[bytes]:
    text = value.decode("utf-8", "surrogateescape")
    coded = {quote(value, safe=""), quote(value, safe="/"), quote_plus(value)}
    twice = {quote(once, safe="") for once in coded}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), once) for once in coded | twice}
    plain = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    spelled = plain | {json.dumps(once)[1:-1] for once in plain}  # an error may quote a JSON text
    slashed = {once.replace("/", "\\/") for once in spelled}
    every = (once.encode("utf-8", "surrogateescape") for once in coded | twice | lower | spelled | slashed)
    return {value, *every}


def _base64_spellings(value: bytes) -> Iterator[bytes]:
    """Yield the characters that the value alone decides, for each place it can have in a group of three bytes."""
    for shift, start in enumerate((0, 2, 3)):
        whole = (shift + len(value)) * 8 // 6
        core = b64encode(bytes(shift) + value)[start:whole]
        yield core
        if b"+" in core or b"/" in core:
            yield core.translate(_URL_SAFE)


Name = tuple[bytes, str]
"""What a secret is remembered by: its value, and the word that its placeholder carries."""


class Taints:
    """The recent secrets of one redactor, at most `REMEMBERED`: the oldest unseen one is forgotten first. `needles` are
    those of all of them, another object whenever a secret has come."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._recent: OrderedDict[Name, Taint] = OrderedDict()
        self._made: Memo[Name, Taint] = Memo(_MADE, _MADE_BYTES)
        self._anchors: frozenset[bytes] = frozenset()
        self._others: tuple[bytes, ...] = ()
        self.needles: tuple[bytes, ...] = ()

    def __iter__(self) -> Iterator[Taint]:
        return iter(tuple(self._recent.values()))

    def names_of(self, taints: Container[Taint]) -> tuple[Name, ...]:
        """Return what those of some taints that are remembered are remembered by, the latest last."""
        return tuple(name for name, each in self._recent.items() if each in taints)

    def once(self, value: bytes, label: str) -> Taint:
        """Return the taint of a value that is worth nothing after this exchange, without remembering it."""
        return taint(value, placeholder(self._key, value, label))

    def placeholder(self, value: bytes, label: str) -> bytes:
        return placeholder(self._key, value, label)

    def remember(self, value: bytes, label: str) -> Taint:
        """Return the taint of a value and hunt it from now on."""
        name = value, label
        known = self._recent.get(name)
        if known is not None:
            self._recent.move_to_end(name)
            return known
        fresh = self._recent[name] = self._made.known.get(name) or self._spelled(name)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        self._look_for(tuple([needle for each in self._recent.values() for needle in each.needles]))
        return fresh

    def _spelled(self, name: Name) -> Taint:
        return self._made.keep(name, self.once(*name), len(name[0]) * _TIMES)

    def hunts(self, value: bytes, label: str) -> Taint | None:
        """Return the taint of a value that is hunted already, seen again now, or None."""
        return self.remember(value, label) if (value, label) in self._recent else None

    def may_be_in(self, text: bytes) -> bool:
        """True when one of the needles is in the text."""
        if len(self.needles) <= _FEW:
            return any(map(text.__contains__, self.needles))
        return any(map(text.__contains__, self._others)) or self._has_anchor(text)

    def _has_anchor(self, text: bytes) -> bool:
        """True when an anchor is in the text: it is all letters and digits, so a run of these holds it whole."""
        for run in set(_LONG_RUN.findall(text)):
            for start in range(len(run) - _DISTINCTIVE + 1):
                if run[start : start + _DISTINCTIVE] in self._anchors:
                    return True
        return False

    def _look_for(self, needles: tuple[bytes, ...]) -> None:
        self.needles = needles
        self._anchors = frozenset([needle for needle in needles if _IS_ANCHOR.fullmatch(needle)])
        self._others = tuple([needle for needle in needles if needle not in self._anchors])


def hunted(text: bytes, taints: Iterable[Taint]) -> bytes | None:
    """Return the text without the values, or None when one of them is still recognisable in it."""
    for each in taints:
        text = each.removed_from(text)
    return None if any(each.shows_in(text) for each in taints) else text

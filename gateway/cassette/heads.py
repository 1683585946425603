"""What the head of a request may show where no body is kept: the work on its headers done once, the hunt each time.

Clients send the same headers again and again. What is secret in them by its place is a pure function of the headers;
whether one of those secrets, or a recent one, shows in the target is asked anew of every request. Where nothing shows
the target may be stored as it is, and so may the headers that stay; else `Redactor.head` says what may.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.cassette.removal import Removal
from gateway.cassette.secrets import STEMS, request_treatment
from gateway.cassette.taint import Name, Taints
from gateway.http.memo import Memo
from gateway.http.messages import Headers

# What every secret name of a parameter holds, less case and separators.
_HINTS = (*STEMS, b"signature", b"access")
_FOLD = bytes(range(256)).lower()
_SEPARATORS = b"-_. \t\n\r\v\f\x1c\x1d\x1e\x1f"
# A head with more secrets than this is not remembered: only so many are hunted at a time.
_MOST_SECRETS = 8


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a request as they may be stored where no other secret shows in them. `rules` are what removed
    something from them, `again` the secrets to hunt from each such request on, `passing` the needles of those that are
    worth nothing after it; `text` is what stands behind the target when all that is stored is searched."""

    stays: Headers
    rules: tuple[str, ...]
    again: tuple[Name, ...] = field(repr=False)
    passing: tuple[bytes, ...] = field(repr=False)
    text: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Crowded:
    """Headers with more secrets than clients send."""


class Heads:
    """Looks at the heads of requests with the recent secrets of one redactor. `kept` names the headers that stay."""

    def __init__(self, taints: Taints, kept: frozenset[bytes]) -> None:
        self._taints = taints
        self._kept = kept
        self._epoch = taints.needles
        self._clean: Memo[bytes, Head] = Memo()

    def of(self, headers: Headers) -> Head | Crowded:
        """Return what headers may show. The same for the same headers, so it may be remembered."""
        removal = Removal(self._taints)
        clean = removal.headers(headers, request_treatment)
        if len(removal.found) > _MOST_SECRETS:
            return Crowded()
        stays = tuple([header for header in clean if header[0] in self._kept])
        again = self._taints.names_of(removal.found)
        passing = tuple(needle for each in removal.found if each not in self._taints for needle in each.needles)
        text = b"".join(b"\n" + value for _, value in stays) + b"\n\n"
        return Head(stays, tuple(sorted(removal.rules)), again, passing, text)

    def shows_none(self, head: Head, target: bytes) -> bool:
        """Return whether a request may be stored with this target and its head as they are, and hunt its secrets from
        now on."""
        for value, label in head.again:
            self._taints.remember(value, label)
        if self._epoch is not self._taints.needles:
            self._epoch, self._clean = self._taints.needles, Memo()
        if self._clean.known.get(target) is head:
            return True
        if not self._is_clean(head, target):
            return False
        self._clean.keep(target, head, len(target))
        return True

    def _is_clean(self, head: Head, target: bytes) -> bool:
        text = target + head.text
        shows = self._taints.may_be_in(text) or any(map(text.__contains__, head.passing))
        return not shows and self._names_none(target)

    @property
    def epoch(self) -> object:
        """What stands for the secrets that are hunted now: another object whenever there is another one."""
        return self._taints.needles

    def _names_none(self, target: bytes) -> bool:
        """Return whether nothing in a target is secret by its place."""
        if b"/tokens/" in target:
            return False
        if b"=" not in target:
            return True
        folded = target.translate(_FOLD, _SEPARATORS)
        if b"%" not in folded and folded.isascii() and not any(map(folded.__contains__, _HINTS)):
            return True
        removal = Removal(self._taints)
        return removal.link(target) == target and not removal.rules

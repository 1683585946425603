"""What a visit to a door says about it, in words: what is wrong, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from fnmatch import fnmatch

# Signatures are refused that are older than this (3.2 Authentication: fifteen minutes); a third of it is a warning.
CLOCK_S = 300
MISS = 424

_ERROR = re.compile(r"evs-gateway; error=([a-z_]+)")
_DETAILS = re.compile(r'details="((?:[^"\\]|\\.)*)"')


class Ended(StrEnum):
    """How far a visit came."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a door. `host` is what was asked through a proxy, empty at the public door; `detail` is what the
    system or the door said; `at` is the time of the visit."""

    door: str
    url: str
    ended: Ended
    at: float
    host: str = ""
    status: int = 0
    detail: str = ""
    proxy_status: str = ""
    date: str = ""
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at: whether it is as it should be, and what is said about it."""

    door: str
    is_well: bool
    says: str


def verdicts(visit: Visit) -> Iterator[Verdict]:
    """Yield what a visit says about a door and what is behind it."""
    if visit.ended is not Ended.ANSWERED:
        yield Verdict(visit.door, False, _trouble(visit))
        return
    yield _answered(visit)
    yield from _clock(visit)


def surroundings(environment: Mapping[str, str], forward: str, host: str) -> Iterator[Verdict]:
    """Yield what the variables of this shell would do to a client that shall go through the forward door."""
    proxy = environment.get("https_proxy") or environment.get("HTTPS_PROXY")
    if proxy and _place(proxy) != _place(forward):
        yield Verdict(
            "forward", False, f"HTTPS_PROXY is {_shown(proxy)}: clients of this shell go there, not to {forward}"
        )
    spared = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if proxy and _is_spared(host, spared):
        yield Verdict("forward", False, f"NO_PROXY is {spared!r}: clients go to {host} past the gateway; unset it")


def distrust(name: str, path: str, ca: str) -> Verdict:
    """Return what to say when the file that a variable names does not trust the gateway."""
    return Verdict("forward", False, f"{name} is {path}, which does not trust the gateway's authority; set it to {ca}")


def _trouble(visit: Visit) -> str:
    match visit.ended:
        case Ended.UNREACHABLE:
            return f"nothing answers at {visit.url} ({visit.detail}); is `evs-gateway serve` running there?"
        case Ended.REFUSED if visit.status == 407:
            return "the proxy wants a user; give --user NAME:PASSWORD (evs-gateway identity proxy-user makes one)"
        case Ended.REFUSED if visit.status == 403:
            return f"{visit.host} is not listed; start the gateway with --forward-host {visit.host}, or as --upstream"
        case Ended.UNTRUSTED:
            return (
                f"the certificate for {visit.host} is not trusted with {visit.ca} ({visit.detail}); "
                "is it the authority of this gateway's data folder? (evs-gateway ca path --data DIR)"
            )
    return f"the door at {visit.url} gave no answer that can be read ({visit.status or visit.detail})"


def _answered(visit: Visit) -> Verdict:
    error = _ERROR.search(visit.proxy_status)
    if error is None:
        return Verdict(visit.door, True, f"{visit.url} answers, and so does what is behind it (HTTP {visit.status})")
    if visit.status == MISS:
        return Verdict(visit.door, True, f"{visit.url} answers from a cassette; this request is not recorded in it")
    details = _DETAILS.search(visit.proxy_status)
    said = details[1] if details else error[1]
    if visit.status in (502, 504):
        return Verdict(visit.door, False, f"{visit.url} answers, but the upstream does not: {said}; see --upstream")
    return Verdict(visit.door, False, f"{visit.url} answers, and refuses (HTTP {visit.status}): {said}")


def _clock(visit: Visit) -> Iterator[Verdict]:
    """Yield how far this machine's clock is from the one that dated the answer. A recorded date says nothing."""
    try:
        off = visit.at - parsedate_to_datetime(visit.date).timestamp()
    except ValueError:
        return
    if abs(off) > CLOCK_S:
        way = "ahead of" if off > 0 else "behind"
        yield Verdict(
            visit.door,
            False,
            f"this machine's clock is {abs(off):.0f} s {way} the cloud's, which refuses signatures then",
        )


def _place(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[2].rstrip("/") or url


def _shown(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _is_spared(host: str, spared: str) -> bool:
    names = [name.strip().lstrip(".").lower() for name in spared.split(",") if name.strip()]
    return any(name == "*" or host == name or fnmatch(host, f"*.{name}") for name in names)

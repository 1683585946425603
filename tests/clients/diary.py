"""What one client saw in its life, written down so that two runs can be compared.

A step keeps the statuses on the wire and what the library made of them; names, ids and the number of polls
differ from run to run and are taken out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import requests

POLL_S = 0.02
POLLS = 600
Pause = Callable[[], object]
"""What a client does between two polls."""

IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
SIGNATURE = re.compile(r"Signature=([0-9a-f]+)")
LINKS = frozenset({"href", "url", "next"})


def in_real_time() -> None:
    time.sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the statuses on the wire (equal neighbours once), the outcome for the caller, and facts."""

    name: str
    statuses: tuple[int, ...]
    outcome: str
    facts: Any


def hrefs(value: object) -> Iterable[str]:
    """Yield every link in a JSON answer, wherever it stands, except those to a manual."""
    if isinstance(value, dict):
        if value.get("rel") == "describedby":
            return
        for key, inner in value.items():
            if key in LINKS and isinstance(inner, str):
                yield inner
            else:
                yield from hrefs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from hrefs(inner)


def auth_keys(value: object) -> Iterable[str]:
    """Yield every transfer key in a JSON answer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "auth_key":
                yield inner
            else:
                yield from auth_keys(inner)


@dataclass(slots=True)
class Wire:
    """What passed on a client's sockets: answers, links that lead past the address it was given, secrets, and how
    many answers were the gateway's own."""

    base_url: str
    answered: list[tuple[str, str, int]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    refused_here: int = 0
    closers: list[Callable[[], None]] = field(default_factory=list)

    def saw(self, response: requests.Response, *_args: object, **_kwargs: object) -> None:
        """Note one answer. Fits the response hook of requests, which all three clients use."""
        self.statuses.append(response.status_code)
        self.answered.append((response.request.method, response.request.path_url, response.status_code))
        self.refused_here += "proxy-status" in response.headers
        self._keep_secrets(response)
        body = response.json() if "json" in response.headers.get("content-type", "") else None
        self.secrets.update(auth_keys(body))
        links = [response.url, *hrefs(body), *filter(None, [response.headers.get("location")])]
        self.strays += [link for link in links if not link.startswith(self.base_url + "/")]

    def _keep_secrets(self, response: requests.Response) -> None:
        sent, got = response.request.headers, response.headers
        self.secrets.update(SIGNATURE.findall(sent.get("authorization", "")))
        self.secrets.update(filter(None, [sent.get("x-auth-token"), got.get("x-subject-token")]))

    def close(self) -> None:
        for closer in self.closers:
            closer()

    def drain(self) -> tuple[int, ...]:
        statuses = tuple(status for status, _ in groupby(self.statuses))
        self.statuses.clear()
        return statuses


class Diary:
    """The steps of one life. `tag` is what this run puts into every name; `refusals` are the library's
    exceptions for an answer of 400 and above, `reason` reads status, code and message out of one, `pause` is what it
    does between polls."""

    def __init__(
        self,
        base_url: str,
        tag: str,
        refusals: type[Exception],
        reason: Callable[[Any], object],
        pause: Pause = in_real_time,
    ) -> None:
        self.tag = tag
        self.wire = Wire(base_url)
        self.steps: list[Step] = []
        self._own_word = re.compile(rf"(?<!\w){re.escape(tag)}(?!\w)")
        self._refusals = refusals
        self._reason = reason
        self._pause = pause

    def __enter__(self) -> Diary:
        return self

    def __exit__(self, *_error: object) -> None:
        self.wire.close()

    def name(self, suffix: str) -> str:
        return f"{self.tag}-{suffix}"

    def own(self, names: Iterable[str | None]) -> list[str]:
        """Return the names of this run, in the order seen: a list may hold what other clients made."""
        return [name for name in names if name and name.startswith(self.tag)]

    def step(self, name: str, call: Callable[[], Any], tell: Callable[[Any], object] = lambda _: None) -> Any:
        """Do one step that must succeed, and return its answer."""
        try:
            answer = call()
        except Exception as error:
            error.add_note(f"in step {name!r} of {self.tag}, after {len(self.steps)} steps")
            raise
        self._write(name, self.wire.drain(), "done", tell(answer))
        return answer

    def refused(self, name: str, call: Callable[[], Any]) -> None:
        """Do one step that the service or the gateway must refuse, and keep what the library says about it."""
        try:
            answer = call()
        except self._refusals as refusal:
            self._write(name, self.wire.drain(), type(refusal).__name__, self._reason(refusal))
        else:
            raise AssertionError(f"step {name!r} of {self.tag} was not refused: {answer!r}")

    def until(self, name: str, look: Callable[[], str], wanted: str) -> None:
        """Poll until a state is reached."""
        for _ in range(POLLS):
            state = self.step(name, look)
            del self.steps[-1]
            if state == wanted:
                return self._write(name, (), "reached", state)
            self._pause()
        raise AssertionError(f"step {name!r} of {self.tag}: {state!r} after {POLLS} polls, not {wanted!r}")

    def until_gone(self, name: str, look: Callable[[], object]) -> None:
        """Poll until the library says that there is no such thing."""
        for _ in range(POLLS):
            try:
                look()
            except self._refusals as refusal:
                return self._write(name, self.wire.drain()[-1:], type(refusal).__name__, self._reason(refusal))
            self._pause()
        raise AssertionError(f"step {name!r} of {self.tag}: still there after {POLLS} polls")

    def _write(self, name: str, statuses: tuple[int, ...], outcome: str, facts: object) -> None:
        self.steps.append(Step(name, statuses, outcome, self._plain(facts)))

    def _plain(self, fact: object) -> object:
        """Return a fact without what differs from run to run: names and identifiers."""
        if isinstance(fact, str):
            text = self._own_word.sub("TAG", fact.replace(self.wire.base_url, "BASE"))
            return IDENTIFIER.sub("ID", text)
        if isinstance(fact, dict):
            return {key: self._plain(value) for key, value in sorted(fact.items())}
        if isinstance(fact, list | tuple):
            return tuple(self._plain(value) for value in fact)
        return fact

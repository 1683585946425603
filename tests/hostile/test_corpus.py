"""Every row of the corpus over a real socket: refused, or forwarded byte for byte, and the next request is safe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .case import Case, request
from .corpus import CORPUS
from .door import Door, talking

# What a forwarded request loses, written down once more: not taken from the code that is tested.
HOPS = {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect", b"content-length"}
HOPS |= {b"proxy-authorization", b"proxy-connection", b"host", b"x-trace", b"http2-settings"}
IDENTITIES = {b"x-user-id", b"x-user-name", b"x-user", b"x-roles", b"x-role", b"x-identity-status", b"x-service-roles"}
IDENTITIES |= {b"x-service-anything", b"x-tenant-id", b"x-tenant-name", b"x-tenant", b"x-is-admin-project"}
IDENTITIES |= {b"openstack-system-scope"}
OVERRIDES = {b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-url", b"x-rewrite-url"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: the statuses that came back, what the upstream heard, and the answer to a legal request
    on the same connection, None when it was closed."""

    answers: tuple[int | None, ...]
    heard: tuple[bytes, ...]
    after: tuple[int, bytes] | None
    heard_after: tuple[bytes, ...]


def forwarded(said: bytes, host: bytes) -> bytes:
    """Return what a request must look like to the upstream."""
    head, _, body = said.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    lines = [line, b"host: " + host, *kept(fields)]
    if body or line.startswith((b"POST", b"PUT", b"PATCH")) or b"content-length" in head.lower():
        lines.append(b"content-length: %d" % len(body))
    return b"\r\n".join((*lines, b"", body))


def kept(fields: list[bytes]) -> Iterator[bytes]:
    for field in fields:
        name, _, value = field.partition(b":")
        name = name.lower()
        if name not in HOPS | IDENTITIES | OVERRIDES:
            yield name + b": " + (b"identity" if name == b"accept-encoding" else value.strip(b" \t"))


def tried(door: Door, case: Case, number: int) -> Outcome:
    heard, before = door.cloud.heard, len(door.cloud.heard)
    with talking(door.address) as talk:
        talk.say(case.said)
        answers = [talk.answer(case.said.partition(b" ")[0]) for _ in case.answers]
        during = tuple(heard[before:])
        talk.say(canary(number))
        after = talk.answer()
    statuses = tuple(answer and answer[0] for answer in answers)
    return Outcome(statuses, during, after, tuple(heard[before + len(during) :]))


def canary(number: int) -> bytes:
    return request(b"GET", b"/v2/canary/%d" % number)


@pytest.fixture(scope="module")
def door() -> Door:
    return Door()


@pytest.fixture(scope="module")
def outcomes(door: Door) -> list[Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "*")
        return door.open_while(lambda: [tried(door, case, number) for number, case in enumerate(CORPUS)])


@pytest.mark.parametrize("number", range(len(CORPUS)), ids=lambda number: f"{number}-{CORPUS[number].why}"[:60])
def test_each_row_is_refused_or_forwarded_as_it_was_judged(door: Door, outcomes: list[Outcome], number: int) -> None:
    case, outcome = CORPUS[number], outcomes[number]
    host = door.cloud.address
    assert outcome.answers == case.answers
    assert outcome.heard == tuple(forwarded(said, host) for said in case.forwards)
    if outcome.after is None:
        assert outcome.heard_after == ()
    else:
        assert outcome.after == (200, canary(number).partition(b"\r\n")[0])
        assert outcome.heard_after == (forwarded(canary(number), host),)


def test_what_breaks_the_framing_ends_the_connection(outcomes: list[Outcome]) -> None:
    broken = [number for number, case in enumerate(CORPUS) if b"/v2/smuggled" in case.said]
    assert len(broken) > 60
    assert [number for number in broken if outcomes[number].after is not None] == []


def test_what_is_only_refused_leaves_the_connection_open(outcomes: list[Outcome]) -> None:
    targets = [number for number, case in enumerate(CORPUS) if case.answers == (404,)]
    assert all(outcomes[number].after is not None for number in targets)


def test_the_corpus_is_large_and_each_row_says_why() -> None:
    assert len(CORPUS) >= 200
    assert len({case.said for case in CORPUS}) == len(CORPUS)
    assert all(case.why for case in CORPUS)

"""What a read of a thing that no recorded write touched will be answered with: told when a recording is indexed.

Such a request stands behind no gate. If one client alone asked it, and whatever its path names means in a scope what it
meant when it was recorded, then only how far the asking client has come decides which answer it gets. So all that is
needed stands in one row, found by the words of the request, and nothing is worked out. Where anything is otherwise the
request is decided as any other; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from gateway.cassette.answers import Template
from gateway.cassette.events import Known
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.ids import LENGTHS
from gateway.cassette.key import Keyed
from gateway.cassette.kinds import IS_ALIAS, IS_ID, NAMED_THING, PROJECT, kind_of
from gateway.cassette.packing import packed, unpacked
from gateway.cassette.progress import Segment
from gateway.cassette.spoken import dumped, loaded
from gateway.contract.fleeting import fleeting
from gateway.contract.model import Effect, Match
from gateway.http.messages import Headers, Response

METHOD = "GET"
# The longest row that stands in one page of a table.
LONGEST = 3900
# A value in a path, and the alias that it had when it was recorded, None where it has none.
Named = tuple[str, str | None]
_PLAIN, _CUT = b"p", b"c"
_GRANTED = ("credential", "some")
_PUBLIC = ("credential", "none")


class Heard(Protocol):
    """The ids that a scope has heard of: values by alias, aliases by value, and which things were named."""

    @property
    def values(self) -> Mapping[str, str]: ...

    @property
    def aliases(self) -> Mapping[str, str]: ...

    def is_named(self, alias: str) -> bool: ...


@fleeting
class Foretold:
    """The answers to one request of one `actor`, in runs of equal ones, and what they do to a scope: `client` is whose
    clock they set, `tells` is true where they say who is on the connection. `owner` is the client that has one of the
    named things for its own. `answers` are those that begin a run, by its number, and `label` names their key."""

    target: bytes
    project: str | None
    named: tuple[Named, ...]
    first: int
    segments: tuple[Segment, ...]
    begins: tuple[int, ...]
    actor: int
    owner: int | None
    client: int | None
    tells: bool
    label: str
    answers: Mapping[int, bytes]

    def known(self, ids: Heard) -> Known | None:
        """Return what a scope hears by the names in the path; None where one means anything else to it."""
        if self.project is not None and not _is_claimed(self.project, self.named, ids):
            return None
        known: Known = ()
        for value, alias in self.named:
            if alias == self.project and alias is not None:
                continue
            if value in ids.aliases or alias in ids.values:
                return None
            if alias is not None and not ids.is_named(alias):
                known = (*known, (alias, value))
        return known

    def answer(self, run: int) -> Template | Response | None:
        """Return the answer that begins a run: whole where nothing is filled in; None where it is not told."""
        raw = self.answers.get(run)
        if raw is None:
            return None
        return _whole(raw) if raw[:1] == _PLAIN else unpacked(raw[1:])


def place_of(method: str, target: bytes, credential: CredentialClass) -> int:
    """Return where the answers to a request are found: a number that hardly ever two requests share."""
    is_public = credential is CredentialClass.NONE
    said = b"%s %d %s" % (method.encode(), is_public, target)
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big") >> 1


def credential_of(keyed: Keyed) -> CredentialClass:
    """Return with what kind of credential a request was recorded, as far as a key tells it."""
    return CredentialClass.NONE if keyed.parts[-1] == _PUBLIC else CredentialClass.TOKEN


def names_in(keyed: Keyed, live: Match, project: str | None) -> tuple[Named, ...] | None:
    """Return what the path of a recorded read names, as it was sent and as its key has it; None for a request whose
    answers cannot be foretold: `live` is the same request with its ids as they were sent."""
    values = dict(each for each in keyed.parts if each[0].startswith("path."))
    named = tuple((value, values[f"path.{name}"]) for name, value in live.path_values.items())
    is_plain = not keyed.names and not live.query and keyed.parts[-1] in (_GRANTED, _PUBLIC) and keyed.chosen == {}
    operation = keyed.operation
    is_read = operation is not None and not operation.effect.is_write and operation.effect is not Effect.ISSUE
    if not is_plain or not is_read or not all(_is_steady(value, alias, project) for value, alias in named):
        return None
    return tuple((value, alias if IS_ALIAS.fullmatch(alias) else None) for value, alias in named)


def _is_steady(value: str, alias: str, project: str | None) -> bool:
    """True for a value that means the same to every scope that has not heard of it."""
    if value == project:
        return kind_of(alias) == PROJECT and IS_ALIAS.fullmatch(alias) is not None
    if IS_ALIAS.fullmatch(alias):
        return kind_of(alias) != PROJECT and IS_ID.fullmatch(value) is not None and value == value.lower()
    is_id = IS_ID.fullmatch(value) is not None and value == value.lower()
    return value == alias and (is_id or (len(value) not in LENGTHS and NAMED_THING.search(value) is None))


def _is_claimed(project: str, named: Sequence[Named], ids: Heard) -> bool:
    value = next(value for value, alias in named if alias == project)
    return project in ids.values and ids.aliases.get(value.lower() if IS_ID.fullmatch(value) else value) == project


def written(told: Foretold) -> bytes:
    """Return what is told as bytes, its answers behind it one by one."""
    runs = [[*each] for each in map(_numbers, told.segments)]
    ends = [[run, len(raw)] for run, raw in told.answers.items()]
    facts = [told.target.decode("latin-1"), told.project, told.named, told.first, runs, told.begins]
    head = dumped([*facts, told.actor, told.owner, told.client, told.tells, told.label, ends])
    return b"%c%c%s%s" % (len(head) >> 8 & 255, len(head) & 255, head, b"".join(told.answers.values()))


def read(raw: bytes) -> Foretold:
    """Return what bytes tell that `written` has made."""
    at = (raw[0] << 8 | raw[1]) + 2
    target, project, named, first, runs, begins, actor, owner, client, tells, label, ends = loaded(raw[2:at])
    answers = {}
    for run, length in ends:
        answers[run] = raw[at : at + length]
        at += length
    pairs = tuple([(value, alias) for value, alias in named])
    segments = tuple([Segment(*each) for each in runs])
    who = actor, owner, client, tells
    return Foretold(target.encode("latin-1"), project, pairs, first, segments, tuple(begins), *who, label, answers)


def answer_of(template: Template) -> bytes:
    """Return an answer as bytes: a whole one as its parts, so that it need not be put together."""
    plain = template.plain
    if plain is None or any(b":" in name or b"\n" in value for name, value in plain.headers):
        return _CUT + packed(template)
    heads = b"\n".join([name + b":" + value for name, value in plain.headers])
    return b"%s%d %d %s%s" % (_PLAIN, plain.status, len(heads), heads, plain.body)


def _whole(raw: bytes) -> Response:
    status, length, rest = raw[1:].split(b" ", 2)
    end = int(length)
    return Response(int(status), _headers(rest[:end]), rest[end:])


@lru_cache(maxsize=1024)
def _headers(raw: bytes) -> Headers:
    fields = (line.partition(b":") for line in raw.split(b"\n") if line)
    return tuple((name, value) for name, _, value in fields)


def _numbers(segment: Segment) -> tuple[int, int, int, float, float]:
    return segment.first_at, segment.last_at, segment.count, segment.first_s, segment.last_s

"""What one replay has seen and said so far: its ids, its client's names and projects, the writes it has served.

Ids are valid, and another scope's are others, so a request that names one can only belong here. A project keeps the
id the client sent: an unknown one stands for the first recorded project that nobody claimed and that this was asked of,
else for the first that nobody claimed (replay trial, rule 3.1).
A rewound scope starts anew with new ids (rule 3.5).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from copy import copy
from dataclasses import dataclass
from uuid import UUID

from gateway.cassette.aliases import project_in
from gateway.cassette.answers import AskedHole, EchoHole, Hole, IdHole, Template, as_json
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.index import RealIds, Recorded, When
from gateway.cassette.key import Keyed, keyed
from gateway.cassette.kinds import ALIAS_MARK, ID_MARK, IS_ALIAS, IS_ID, OWNED, PLAIN_HEX, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import Path
from gateway.cassette.progress import Position
from gateway.cassette.served import Served
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request, Response

# Keys of requests asked before in the same words; emptied when full or when an id becomes known.
REMEMBERED_REQUESTS = 1024
# Connections whose client is known; the one longest silent is forgotten first.
REMEMBERED_CONNECTIONS = 4096
# Answers served before; emptied when full, when an id becomes known and when the client chooses a word.
REMEMBERED_ANSWERS = 256

# What may stand in any answer as it is.
_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)
_TOKEN = re.compile(rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}}))(?:{ID_MARK})(?![0-9A-Za-z])|{ALIAS_MARK}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the ids of a scope are made from, and what a recording says of ids: real ones where it still holds them,
    its projects and the secrets that were issued in it."""

    seed: str
    name: str
    real: RealIds
    projects: tuple[str, ...]
    issued_secrets: Container[str]
    generation: int = 0

    def value(self, alias: str) -> str:
        """Return the value that stands for an alias: 16 or 32 hexadecimal digits, or a UUID."""
        digest = self._digest(alias)
        if kind_of(alias) == SECRET:
            return digest.hex()[:16]
        made = UUID(bytes=digest[:16], version=5)
        return made.hex if kind_of(alias) in PLAIN_HEX else str(made)

    def token(self, number: int) -> str:
        """Return a token for the n-th issue, in the alphabet and about the length of real ones."""
        parts = b"".join(self._digest(f"token {number} {part}") for part in range(12))
        return "MII" + base64.b64encode(parts).decode().replace("/", "-")

    def _digest(self, what: str) -> bytes:
        return hashlib.sha256("\0".join((self.seed, self.name, str(self.generation), what)).encode()).digest()


class Scope:
    """The state of one replay. Holds no recording: what was served comes in as entries."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.served = Served()
        self.passed: dict[tuple[int, int | None], When] = {}
        self.used: set[int] = set()
        self.cursors: dict[int, Position] = {}
        self.names: dict[str, list[str]] = defaultdict(list)
        self.bound: set[str] = set()
        self.actor_of: dict[str, int] = {}
        self.actors: set[int] = set()
        self._latest: dict[int | None, int] = {}
        self._alias_of: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._claimed: set[str] = set()
        self._met: set[str] = set()
        self._words: dict[tuple[int, Path], str] = {}
        self._asked: dict[str, str] = {}
        self._keys: dict[tuple[str, bytes, bytes, CredentialClass], Keyed] = {}
        self._answers: dict[int, Response] = {}
        self._tokens = 0
        self._real_kinds: Container[str] = ()

    def rewound(self) -> Scope:
        """Return a scope at the start of the recording, whose ids differ from all that this one has shown."""
        identity = self.identity
        return Scope(
            Identity(
                identity.seed,
                identity.name,
                identity.real,
                identity.projects,
                identity.issued_secrets,
                identity.generation + 1,
            )
        )

    def twin(self) -> Scope:
        """Return a scope that has seen and said the same, and goes its own way from here."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | set):
                setattr(twin, name, value.copy())
        twin.served = self.served.twin()
        twin.names = defaultdict(list, {live: list(recorded) for live, recorded in self.names.items()})
        return twin

    def key_of(
        self,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        recorded: Container[str] = (),
    ) -> Keyed:
        """Return the key of a live request, its ids and project resolved to recorded ones. `recorded` are the keys
        of the recording: two clients recorded at once have projects that only what was asked of them tells apart."""
        asked = (request.method, request.target, request.body, credential)
        known = self._keys.get(asked)
        if known is not None:
            return known

        def key(resolve: Callable[[str], str]) -> Keyed:
            return keyed(request, identified, credential, resolve, self.identity.issued_secrets)

        project = project_in(request.path)
        if project is not None and _PLAIN.fullmatch(project):
            self._claim(project, lambda alias: key(self._with(project, alias)).text in recorded)
        made = key(self.resolve)
        if len(self._keys) >= REMEMBERED_REQUESTS:
            self._keys.clear()
        self._keys[asked] = made
        return made

    def resolve(self, text: str) -> str:
        """Return a text with the ids in it replaced by their aliases."""
        alias = self._alias_of.get(text) or self._alias_of.get(text.lower())
        return alias or _TOKEN.sub(self._resolved, text)

    def issued(self, value: str) -> bool:
        """Return whether a client has this id of a disk, snapshot, transfer or job from here."""
        alias = self._alias_of.get(value.lower())
        return alias is not None and kind_of(alias) in OWNED and self._recorded_alias(value) is None

    def bind(self, entry: Recorded, live: Keyed) -> None:
        """Remember the client's own words of a write where they differ from the recorded ones, and its names."""
        for path, recorded in (entry.chosen or {}).items():
            word = live.chosen.get(path, recorded)
            if word != recorded:
                self._words[entry.at, path] = word
                self._answers.clear()
            self.name(word, recorded)

    def name(self, live: str, recorded: str) -> None:
        """Remember that a client's name stands for a recorded one."""
        self.bound.add(recorded)
        if recorded not in self.names[live]:
            self.names[live].insert(0, recorded)

    def present(self, kinds: Container[str]) -> None:
        """Show the real ids of these kinds instead of made ones, where the recording still holds them. Where projects
        are real, each stands for itself only."""
        self._real_kinds = kinds

    def learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take live values for the ids that were shown in their places. What a thing was met as first, it stays."""
        for shown, live in pairs:
            alias = self.resolve(shown)
            if IS_ALIAS.fullmatch(alias) and alias not in self._met and not self._stands_for_another(live):
                self._met.add(alias)
                self._know(alias, live)

    def _stands_for_another(self, value: str) -> bool:
        return self._alias_of.get(value.lower()) in self._met

    def note(self, entry: Recorded, client: int | None, connection: str) -> None:
        """Remember that an answer was served: how far its client has come, and that it is on this connection, unless
        the answer is one that any client may get."""
        self._latest[client] = max(self._latest.get(client, 0), entry.at)
        if client is not None and (entry.changes or entry.ids):
            self.actor_of.pop(connection, None)
            self.actor_of[connection] = client
            if len(self.actor_of) > REMEMBERED_CONNECTIONS:
                del self.actor_of[next(iter(self.actor_of))]

    def latest_of(self, actor: int | None) -> int:
        """Return the place of the latest recorded answer that a client, or one nobody can tell, has been given."""
        return max(self._latest.get(actor, 0), self._latest.get(None, 0))

    def ask(self, entry: Recorded, live: Keyed, chosen: Container[str]) -> None:
        """Note the names asked for in the exchange that is about to be rendered. One that stands for a name which
        a write has yet to choose keeps standing for it."""
        self._asked = dict(live.names) if live.names != entry.names else {}
        for (_, name), (_, recorded) in zip(live.names, entry.names, strict=True):
            if recorded in chosen and not self.names.get(name):
                self.name(name, recorded)

    @property
    def renames(self) -> bool:
        """True once a client has used a word of its own."""
        return bool(self._words)

    def answer(self, at: int, template: Template) -> Response:
        """Return the answer of the exchange at a place, made out to this client: the same object as long as nothing
        changes in it."""
        if not template.steady:
            return template.render(self.fill)
        made = self._answers.get(at)
        if made is None:
            made = template.render(self.fill)
            if len(self._answers) >= REMEMBERED_ANSWERS:
                self._answers.clear()
            self._answers[at] = made
        return made

    def fill(self, hole: Hole) -> bytes:
        """Return what stands in a hole for this client."""
        if isinstance(hole, IdHole):
            return self._show(hole.alias).encode()
        if isinstance(hole, EchoHole):
            return self._word(hole)
        if isinstance(hole, AskedHole):
            return (
                hole.encode(self._asked[hole.field]).encode("utf-8", "replace")
                if hole.field in self._asked
                else hole.raw
            )
        self._tokens += 1
        return self.identity.token(self._tokens).encode()

    def _word(self, hole: EchoHole) -> bytes:
        place = (hole.echo.write, hole.echo.path)
        if place not in self._words:
            return hole.raw
        return as_json(self._words[place] + hole.echo.suffix).encode()

    def _show(self, alias: str) -> str:
        shown = self._shown.get(alias)
        if shown is None:
            real = self.identity.real.value_of(alias) if kind_of(alias) in self._real_kinds else None
            shown = real or self.identity.value(alias)
            self._know(alias, shown)
        return shown

    def _know(self, alias: str, value: str) -> None:
        self._shown[alias] = value
        self._alias_of[value.lower() if IS_ID.fullmatch(value) else value] = alias
        self._keys.clear()
        self._answers.clear()

    def _claim(self, project: str, fits: Callable[[str], bool]) -> None:
        alias = self._alias_of.get(project) or self._alias_of.get(project.lower()) or self._recorded(project)
        alias = alias or self._unclaimed(fits)
        if alias is not None and alias not in self._claimed:
            self._claimed.add(alias)
            self._know(alias, project)

    def _unclaimed(self, fits: Callable[[str], bool]) -> str | None:
        if PROJECT in self._real_kinds:
            return None
        free = [each for each in self.identity.projects if each not in self._claimed]
        return next(filter(fits, free), None) or next(iter(free), None)

    def _with(self, project: str, alias: str) -> Callable[[str], str]:
        """Return how texts would be resolved if a project stood for a recorded one."""
        return lambda text: alias if text == project else self.resolve(text)

    def _recorded(self, value: str) -> str | None:
        """Return the alias of a real id that the recording still holds, unless another value stands for it."""
        alias = self._recorded_alias(value)
        return alias if alias is not None and alias not in self._shown else None

    def _recorded_alias(self, value: str) -> str | None:
        return self.identity.real.alias_of(value)

    def _resolved(self, match: re.Match[str]) -> str:
        value = match.group()
        alias = self._alias_of.get(value.lower())
        if alias is None:
            alias = self._recorded(value)
            if alias is not None:
                self._know(alias, value)
        return alias or value

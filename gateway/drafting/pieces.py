"""The texts of what records say again and again, each remembered by what it was made of.

A piece depends on nothing but its arguments: what redaction has a word in is asked of the clerk each time. Bounded, and
emptied when full.
"""

from __future__ import annotations

from gateway.access.decisions import Decision, Kind
from gateway.access.principals import Principal
from gateway.arrivals import Arrival
from gateway.audit.drafts import text_of
from gateway.audit.words import LONGEST, plain
from gateway.auditing import Clerk, cassette_of, peer_of, who_of
from gateway.contract.model import Match
from gateway.http.marks import Marks
from gateway.http.memo import Memo
from gateway.http.messages import Request
from gateway.seams import Reply

_NULL = "null"
_NOTHING_LACKS = (None, None, None)

_Reasons = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_Kinds = tuple[str, str, str, tuple[str, ...]]


class Pieces:
    """Remembers texts of one gateway."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._peers: Memo[str, str] = Memo()
        self._who: Memo[int, tuple[Principal, str]] = Memo()
        self._decided: Memo[int, tuple[Decision, str]] = Memo()
        self._allowed: Memo[_Reasons, str] = Memo()
        self._cached: Memo[tuple[bytes | None, bool], str] = Memo()
        self._kinds: Memo[_Kinds, str] = Memo()
        self._words: Memo[str, str] = Memo()
        self._rules: Memo[tuple[str, ...], str] = Memo()

    def peer(self, connection: str) -> str:
        """Return where a request is from, up to its program."""
        known = self._peers.known.get(connection)
        if known is not None:
            return known
        ip, port = peer_of(connection)
        return self._peers.keep(connection, f'{{"ip":{text_of(ip)},"port":{text_of(port)},"ua":', len(connection))

    def who(self, principal: Principal | None) -> str:
        """Return who asked. Principals are known at sight: they are kept with the credentials that told them."""
        if principal is None:
            return _NULL
        known = self._who.known.get(id(principal))
        if known is not None:
            return known[1]
        text = text_of(who_of(principal))
        return self._who.keep(id(principal), (principal, text), len(text))[1]

    def decision(self, decision: Decision | None) -> str:
        """Return what was decided. Most decisions depend on the operation alone, and are one object for all requests;
        others allow by the same statements again and again."""
        if decision is None:
            return _NULL
        known = self._decided.known.get(id(decision))
        if known is not None:
            return known[1]
        if decision.kind is not Kind.ALLOW or (decision.action, decision.resource, decision.would) != _NOTHING_LACKS:
            return text_of(self._clerk.decision(decision))
        reasons = decision.required, decision.statements, decision.missing
        spelled = self._allowed.known.get(reasons)
        if spelled is not None:
            return spelled
        text = text_of(self._clerk.decision(decision))
        self._decided.keep(id(decision), (decision, text), len(text))
        return self._allowed.keep(reasons, text, len(text))

    def cassette(self, marks: Marks, reply: Reply) -> str:
        """Return how the cassette took part."""
        part = marks.cache, reply.exchange is not None
        known = self._cached.known.get(part)
        if known is not None:
            return known
        text = text_of(cassette_of(marks, reply))
        return self._cached.keep(part, text, len(text))

    def what(self, clean: Request, request: Request, arrival: Arrival) -> str:
        """Return what was asked for; the clerk says it where a secret was in it, or where it is no operation."""
        match = arrival.identified
        if not isinstance(match, Match) or clean.target != request.target:
            return text_of(self._clerk.what(clean, request, arrival))
        project, resources = "", []
        for name, value in match.path_values.items():
            if name == "project_id":
                project = value
            else:
                resources.append(_quoted(value))
        decision = arrival.decision
        kind = self._kind(match.operation.id, arrival.family, clean.method, decision.required if decision else ())
        target = _quoted(clean.target.decode("utf-8", "backslashreplace"))
        named = self.word(project) if project else _NULL
        return f'{kind}{named},"resources":[{",".join(resources)}],"target":{target}}}'

    def word(self, text: str) -> str:
        """Return a word that comes again: the name of a mode, a project."""
        return self._words.known.get(text) or self._words.keep(text, _quoted(text), len(text))

    def rules(self, rules: tuple[str, ...]) -> str:
        """Return the rules that removed something."""
        return self._rules.known.get(rules) or self._rules.keep(rules, text_of([*rules]), sum(map(len, rules)))

    def _kind(self, operation: str, family: str, method: str, actions: tuple[str, ...]) -> str:
        """Return what is the same for all requests of an operation, up to the project."""
        kind = operation, family, method, actions
        known = self._kinds.known.get(kind)
        if known is not None:
            return known
        text = (
            f'{{"actions":{text_of([*actions])},"family":{text_of(str(family))},"method":{_quoted(method, 32)},'
            f'"operation":{text_of(operation)},"project":'
        )
        return self._kinds.keep(kind, text, len(text))


def _quoted(text: str, longest: int = LONGEST) -> str:
    """Return a text of a client as it stands in a record."""
    if text.isascii() and text.isprintable() and len(text) <= longest and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return text_of(plain(text, longest))

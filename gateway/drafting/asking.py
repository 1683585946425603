"""The texts of who asked for what and what was decided, known again by what is asked: clients ask the same again.

What was asked is one object for equal requests. Its texts are remembered with all that they depend on besides; what
redaction has a word in they hold only while the same secrets are hunted.
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.access.principals import Principal
from gateway.arrivals import Arrival
from gateway.arrivals import Asked as Line
from gateway.audit.drafts import text_of
from gateway.audit.words import plain
from gateway.auditing import Clerk
from gateway.drafting.pieces import Pieces
from gateway.http.memo import Memo
from gateway.http.messages import Request
from gateway.modes import Mode
from gateway.pipeline import said

_ENTRIES = 4096


class Asked(NamedTuple):
    """The texts of one request by where they stand in a record: ahead of its origin, behind its id, behind the remarks,
    at the end."""

    decision: str
    mode: str
    scope: str
    rest: str


_Basis = tuple[str, str, bytes, Mode, str, Principal | None, object]
"""What texts depend on besides what is asked: the text of the decision, the method and the target as they were sent,
the mode, the scope, who asks, and the epoch where redaction has a word in them."""


class Asking:
    """Makes the texts, or remembers them. `epoch` is what stands for the secrets that are hunted now."""

    def __init__(self, clerk: Clerk, pieces: Pieces) -> None:
        self._clerk = clerk
        self._pieces = pieces
        self._known: Memo[int, tuple[Line, _Basis, Asked]] = Memo(_ENTRIES)

    def of(self, clean: Request, request: Request, arrival: Arrival, epoch: object) -> Asked:
        """Return the texts of a request that may be shown as `clean`."""
        decision, scope = self._pieces.decision(arrival.decision), arrival.scope
        if arrival.findings or (clean is not request and clean.target != request.target):
            return self._made(clean, request, arrival, decision)
        word = epoch if scope else None
        basis = decision, request.method, request.target, arrival.mode, scope, arrival.principal, word
        known = self._known.known.get(id(arrival.asked))
        if known is not None and known[1] == basis:
            return known[2]
        asked = self._made(clean, request, arrival, decision)
        return self._kept(arrival.asked, basis, asked) if asked.scope == _scope(plain(scope)) else asked

    def _kept(self, line: Line, basis: _Basis, asked: Asked) -> Asked:
        # The line stands beside its texts, so that its identity stays its own.
        return self._known.keep(id(line), (line, basis, asked), len(asked.rest) + len(line.target))[2]

    def _made(self, clean: Request, request: Request, arrival: Arrival, decision: str) -> Asked:
        pieces, scope, findings = self._pieces, arrival.scope, arrival.findings
        validation = text_of(self._clerk.texts(said(findings))) if findings else "[]"
        what, who = pieces.what(clean, request, arrival), pieces.who(arrival.principal)
        return Asked(
            f'"decision":{decision},',
            f'"mode":{pieces.word(arrival.mode.name)},',
            _scope(self._clerk.text(scope)),
            f'"validation":{validation},"what":{what},"who":{who}}}',
        )


def _scope(text: str) -> str:
    return f'"scope":{text_of(text)},'

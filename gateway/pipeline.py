"""The one way through: a request and an arrival time in, a decision out. Pure and synchronous.

admit → identify → authenticate → validate → answer (from the cassette, or by asking the cloud) → redact. Refusals end
the way early.
Knows no socket, no store, no clock; nothing leaves here for storage that has not been redacted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace

from gateway.access.authority import Authority
from gateway.access.brokering import Broker
from gateway.access.decisions import Decision
from gateway.access.facts import Target
from gateway.access.identity import Identity, NeedsToken, Refused, foreign
from gateway.access.principals import Principal
from gateway.access.requirements import target_of
from gateway.access.targets import path_of, target_in
from gateway.access.tokens import Verdict
from gateway.access.values import ABSENT
from gateway.arrivals import Arrival, Asked, Received
from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.cassette.pairing import paired
from gateway.cassette.player import Hit, Miss, Player
from gateway.cassette.redaction import WITHHELD, Redactor
from gateway.cassette.scoping import Scoping
from gateway.contract.catalogue import Catalogue
from gateway.contract.model import Family, Match, Mismatch, Unmatched
from gateway.errors import StoreError
from gateway.faults.overlay import Faulty, Mishap, Overlay
from gateway.http import refusals
from gateway.http.admission import Inadmissible
from gateway.http.links import Links
from gateway.http.messages import Request, Response, end_to_end
from gateway.modes import Level, Undocumented
from gateway.reception import READ_METHODS, Reception, family_of
from gateway.rules import Rules
from gateway.seams import Compared, Forward, LookUp, Question, Reply, Service, UpstreamFailure
from gateway.validation import Finding, Severity

__all__ = [
    "NEUTRAL_URL",
    "READ_METHODS",
    "Pipeline",
    "Rules",
    "is_write",
    "said",
    "verdicts",
]

WARNINGS_HEADER = b"x-evs-gateway-warnings"
# What a look-up takes over from the request it is made for.
_CARRIED = frozenset({b"host", b"x-auth-token", b"x-project-id"})
# What links in kept answers lead to: no cassette names the cloud it came from, and every replay finds them.
# `.invalid` can be nobody's address (RFC 2606, section 2).
NEUTRAL_URL = "https://evs-gateway.invalid"

_NOTHING = Response(0)


class Pipeline:
    """The pure core of every door. One instance serves all requests of a process."""

    def __init__(
        self,
        catalogue: Catalogue,
        rules: Rules,
        redactor: Redactor,
        links: Links,
        player: Player | None = None,
        identity: Identity | None = None,
        broker: Broker | None = None,
        authority: Authority | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._rules = rules
        self._redactor = redactor
        self._links = links
        self._player = player
        self._identity = identity
        self._broker = broker
        self._authority = authority
        self._overlay = overlay
        self._prefix = rules.prefix
        self._reception = Reception(catalogue, rules, identity)
        self._scoping = Scoping(rules.scopes_by, _issued_by_nobody if player is None else player.issuer)

    def along(self, url: str) -> Pipeline:
        """Return the same pipeline for clients that reach the cloud through a proxy, at its own address: links in its
        answers stay, and replayed ones lead to this address."""
        same = copy(self)
        same._rules = replace(self._rules, public_url=url, keeps_links=True)
        same._prefix = same._rules.prefix
        same._reception = Reception(self._catalogue, same._rules, self._identity)
        return same

    def on_request(self, request: Request, at: float, scope: str = "") -> Reply | Forward | Question | LookUp:
        """Decide about a request: an answer of our own or of the cassette, what to send upstream, or what to ask first,
        the IAM about a token or the cloud about the state of a thing. `scope` is the one its door belongs to, if any.

        Errors: 400, 401, 403, 404, 405, 413, 414, 415, 417, 424, 431, 501, 503 to the client, as replies.
        """
        within = self._within_prefix(request) if self._prefix else request
        received = self._reception.read(within)
        if isinstance(received, Inadmissible):
            refusal = refusals.inadmissible(received.status, received.message, family_of(within.target))
            return Reply(refusal, remarks=(f"inadmissible: {received.message}",))
        head = received.asked.head
        if within.headers is not head.headers:
            within = within.with_headers(head.headers)
        if self._identity is None or head.shown is None or _may_be_anybody(received.asked):
            return self._let_in(within, received, at, None, scope)
        # A signature covers the request as it was sent, the gateway's own prefix included.
        sent = request if request.headers is head.admitted else request.with_headers(head.admitted)
        told = self._identity.principal_by(head.shown, sent, at)
        if isinstance(told, NeedsToken):
            return Question(told.token, within, received, at, scope)
        return self._met(within, received, at, told, scope)

    def on_verdict(self, question: Question, verdict: Verdict) -> Reply | Forward | LookUp:
        """Go on with a request when the IAM has told whose token it has, or that it could not."""
        assert self._identity is not None, "only an identity asks"
        told = self._identity.told(verdict)
        return self._met(question.request, question.received, question.at, told, question.scope)

    def on_target(self, look_up: LookUp, target: Target) -> Reply | Forward:
        """Go on with a request when the state of what it names is known, or cannot be."""
        identified = look_up.arrival.identified
        assert isinstance(identified, Match), "what has no operation is judged before"
        return self._authorized(look_up.arrival, identified, target)

    def on_outcome(self, forward: Forward, outcome: Response | UpstreamFailure, at: float) -> Reply:
        """Turn what the upstream said, or its failure, into the answer; `at` is when it was there."""
        self._learn(forward, outcome)
        reply = self._came_back(forward, outcome, at)
        if forward.played is not None:
            try:
                reply = self._held_against(forward.played, forward.arrival, outcome, reply)
            except StoreError as error:
                return self.on_store_failure(forward, str(error))
        return _spoilt(reply, forward.mishap) if forward.mishap is not None else reply

    def _held_against(
        self, played: Hit | Miss, arrival: Arrival, outcome: Response | UpstreamFailure, reply: Reply
    ) -> Reply:
        """Return the reply with how the live answer departs from what the cassette has, and learn the live ids."""
        compared = Compared(played.seq if isinstance(played, Hit) else 0, self._departures(played, arrival, outcome))
        if isinstance(played, Hit) and isinstance(outcome, Response) and self._player is not None:
            self._player.learn(arrival.scope, paired(played.response, outcome))
        told = (
            f"{each.weight.value} {each.rule} {each.where}: recorded {each.recorded}, live {each.live}"
            for each in compared.departures
        )
        return replace(reply, compared=compared, remarks=(*reply.remarks, *told))

    def _departures(
        self, played: Hit | Miss, arrival: Arrival, outcome: Response | UpstreamFailure
    ) -> tuple[Departure, ...]:
        if isinstance(outcome, UpstreamFailure):
            return (Departure("failed", Weight.ERROR, "status", "an answer", outcome.kind.value),)
        if isinstance(played, Miss):
            return (Departure("not-recorded", Weight.WARN, "request", played.kind, str(outcome.status)),)
        redacted = self._redactor.redact(arrival.request, outcome, arrival.operation)
        if WITHHELD in redacted.rules:
            return (Departure("withheld", Weight.INFO, "body", "an answer", "an answer that may hold a secret"),)
        return self._rules.compare(played.response, redacted.response)

    def _came_back(self, forward: Forward, outcome: Response | UpstreamFailure, at: float) -> Reply:
        if isinstance(outcome, UpstreamFailure):
            return self._failed(forward, outcome)
        if forward.arrival.mode.rescues and outcome.status >= 500:
            rescued = self._rescued(forward.arrival, f"upstream answered {outcome.status}")
            if rescued is not None:
                return rescued
        return self._answered(forward, outcome, at)

    def on_store_failure(self, forward: Forward, detail: str) -> Reply:
        """Answer when the record of this exchange could not be kept. Errors: 503 to the client."""
        refusal = refusals.store_failed(forward.arrival.family, detail)
        return self._reply(forward.arrival, refusal, remarks=("store: not kept",))

    def on_note_failure(self, forward: Forward, detail: str) -> Reply:
        """Answer when the note of a write could not be kept, so that nothing was sent. Errors: 503 to the client."""
        if self._identity is not None:
            self._identity.had_no_effect(forward.arrival.request)
        return self.on_store_failure(forward, f"nothing was sent to the cloud: {detail}")

    def on_audit_failure(self, reply: Reply, request: Request, detail: str) -> Reply:
        """Answer when the end of a request could not be recorded. Errors: 503 to the client."""
        family = reply.arrival.family if reply.arrival is not None else family_of(request.target)
        refusal = refusals.store_failed(family, f"the audit trail took no record: {detail}")
        return Reply(refusal, remarks=(*reply.remarks, "audit: not recorded"), arrival=reply.arrival)

    def scrub(self, text: bytes) -> bytes:
        """Return a text for the log without secrets."""
        return self._redactor.scrub(text)

    def _within_prefix(self, request: Request) -> Request:
        if request.target.startswith(self._prefix + b"/"):
            return request.with_target(request.target[len(self._prefix) :])
        return request

    def _met(
        self, request: Request, received: Received, at: float, told: Principal | Refused, scope: str
    ) -> Reply | Forward | LookUp:
        """Let a principal in, where it may be; refuse whoever is none before anything else is said."""
        asked = received.asked
        if isinstance(told, Principal):
            stranger = foreign(told, asked.head.project, asked.head.domain, received.identified)
            if stranger is None:
                return self._let_in(request, received, at, told, scope)
            told = stranger
        refusal = refusals.refused_identity(asked.family, told.fault, told.reason, told.retry_after_s)
        return Reply(refusal, remarks=(f"not let in: {told.reason}",))

    def _let_in(
        self, request: Request, received: Received, at: float, principal: Principal | None, scope: str
    ) -> Reply | Forward | LookUp:
        asked, identified = received.asked, received.identified
        try:
            chosen = self._scoping.scope_of(request, scope, asked.head.scope)
        except StoreError as error:
            return self._unshared(request, family_of(request.target), error)
        findings = received.findings
        if findings or asked.operation is None:
            judged = Arrival(asked, request, identified, asked.mode, chosen, at, findings, None, principal)
            refused = self._judged(judged)
            if refused is not None:
                return refused
        authority, decision = self._authority, None
        if authority is not None and authority.level is not Level.OFF and isinstance(identified, Match):
            decision = authority.settled(principal, identified)
            if decision is None:
                judged = Arrival(asked, request, identified, asked.mode, chosen, at, findings, None, principal)
                return self._weighed(authority, judged, identified)
        # A decision that is settled allows.
        return self._answer(Arrival(asked, request, identified, asked.mode, chosen, at, findings, decision, principal))

    def _weighed(self, authority: Authority, arrival: Arrival, match: Match) -> Reply | Forward | LookUp:
        if authority.needs_target(match, arrival.principal):
            return self._look_up(arrival, match)
        return self._authorized(arrival, match, ABSENT)

    def _look_up(self, arrival: Arrival, match: Match) -> Reply | Forward | LookUp:
        """Ask for the state of what a request names: the cloud, or what was recorded where the cloud is not asked."""
        named = target_of(match)
        assert named is not None, "what needs a look-up can be looked up"
        credentials = tuple(header for header in arrival.request.headers if header[0] in _CARRIED)
        query = Request("GET", path_of(match.project or "", named), credentials)
        if arrival.mode.forwards:
            return LookUp(arrival, named, Forward(self._outgoing(query, Service.EVS, arrival), Service.EVS, arrival))
        if self._player is None:
            return self._authorized(arrival, match, ABSENT)
        identified = self._catalogue.identify("GET", query.path, b"", None)
        known = self._player.recall(query, identified, arrival.credential)
        return self._authorized(arrival, match, target_in(known.response, named) if isinstance(known, Hit) else ABSENT)

    def _authorized(self, arrival: Arrival, match: Match, target: Target) -> Reply | Forward:
        """Answer a request that the policies allow; refuse it, or only remark on it, when they do not."""
        authority = self._authority
        assert authority is not None, "only where there are policies"
        ip = arrival.request.connection.rpartition(":")[0] or None
        decision = authority.decide(arrival.principal, match, arrival.at, ip, target)
        arrival = _decided(arrival, decision)
        if decision.allowed or authority.level is not Level.ENFORCE:
            return self._answer(arrival)
        denial = authority.denial(decision, arrival.principal)
        refusal = refusals.denied(arrival.family, denial.message, denial.details)
        return Reply(refusal, remarks=(*verdicts(arrival), *said(arrival.findings)), arrival=arrival)

    def _learn(self, forward: Forward, outcome: Response | UpstreamFailure) -> None:
        """Learn from an outcome what it says about the credentials that were used."""
        identity = self._identity
        if identity is None:
            return
        if isinstance(outcome, Response):
            identity.heard(forward.arrival.request, outcome)
        elif not outcome.kind.was_sent:
            identity.had_no_effect(forward.arrival.request)

    def _judged(self, arrival: Arrival) -> Reply | None:
        """Return the refusal of a request that may not go on, None for one that may."""
        if isinstance(arrival.identified, Unmatched):
            return self._judged_unmatched(arrival, arrival.identified)
        if self._rules.validation is not Level.ENFORCE:
            return None
        if not any(finding.severity is Severity.REJECT for finding in arrival.findings):
            return None
        refusal = refusals.invalid(arrival.family, arrival.findings)
        return Reply(refusal, remarks=("invalid", *said(arrival.findings)), arrival=arrival)

    def _judged_unmatched(self, arrival: Arrival, unmatched: Unmatched) -> Reply | None:
        """Refuse two actions in one body always: what is judged and what is run could differ (reference-notes 16)."""
        if unmatched.reason is Mismatch.SEVERAL_ACTIONS or self._rules.undocumented is Undocumented.REFUSE:
            remarks = (f"undocumented: {unmatched.reason.value}",)
            return Reply(refusals.unmatched(unmatched), remarks=remarks, arrival=arrival)
        return None

    def _reply(
        self, arrival: Arrival, response: Response, exchange: Exchange | None = None, remarks: tuple[str, ...] = ()
    ) -> Reply:
        """Return the answer with the number of warnings on it. A level that only reports changes no answer."""
        told = verdicts(arrival) + remarks
        if not arrival.findings:
            return Reply(response, exchange, told, arrival)
        if self._rules.validation is Level.ENFORCE:
            response = response.with_header(WARNINGS_HEADER, str(len(arrival.findings)).encode())
        return Reply(response, exchange, said(arrival.findings) + told, arrival)

    def _answer(self, arrival: Arrival) -> Reply | Forward:
        """Answer what may be answered. Errors: 503 to the client where the state of the replay cannot be kept."""
        try:
            return self._befallen(arrival)
        except StoreError as error:
            return replace(self._unshared(arrival.request, arrival.family, error), arrival=arrival)

    def _unshared(self, request: Request, family: Family, error: StoreError) -> Reply:
        """Refuse what the processes of a replay cannot tell each other: the next of them would answer from before."""
        if self._identity is not None:
            self._identity.had_no_effect(request)
        return Reply(refusals.store_failed(family, str(error)), remarks=("replay: state not kept",))

    def _befallen(self, arrival: Arrival) -> Reply | Forward:
        mishap = None if self._overlay is None else self._mishap(self._overlay, arrival)
        if mishap is None:
            return self._sought(arrival, self._play)
        if mishap.hides_service:
            if self._identity is not None:
                self._identity.had_no_effect(arrival.request)
            return _spoilt(self._reply(arrival, _faulty(arrival, mishap)), mishap)
        unkept = replace(arrival, mode=replace(arrival.mode, keeps=False))
        decided = self._sought(unkept, self._foresee if mishap.loses_answer else self._play)
        return replace(decided, mishap=mishap) if isinstance(decided, Forward) else _spoilt(decided, mishap)

    def _mishap(self, overlay: Overlay, arrival: Arrival) -> Mishap | None:
        """Return the fault on purpose that this request has. One that has any never becomes a recording."""
        operation = arrival.operation.id if arrival.operation else UNDOCUMENTED
        return overlay.met(arrival.scope, operation, arrival.request.method)

    def _sought(self, arrival: Arrival, play: Callable[[Arrival], Hit | Miss]) -> Reply | Forward:
        """Answer from the cassette, or ask the cloud, as the mode has it."""
        if arrival.mode.spares and is_write(arrival):
            return self._reply(arrival, refusals.spared(arrival.family), remarks=("verify: a write is not sent",))
        if arrival.mode.compares:
            return replace(self._forward(arrival), played=self._presented(arrival, play))
        if not arrival.mode.reads:
            return self._forward(arrival)
        played = play(arrival)
        if isinstance(played, Hit):
            return self._replayed(arrival, played)
        if arrival.mode.forwards:
            return replace(self._forward(arrival), missed=True)
        status = f'evs-gateway; fwd=miss; detail="{_quotable(played.kind)}"'.encode("ascii", "replace")
        refusal = refusals.miss(arrival.family, played.report).with_header(b"cache-status", status)
        return replace(self._reply(arrival, refusal, remarks=(f"miss: {played.kind}",)), missed=played.report)

    def _presented(self, arrival: Arrival, play: Callable[[Arrival], Hit | Miss]) -> Hit | Miss:
        """Return what the cassette would answer a client that knows things by their live ids."""
        assert self._player is not None, "a mode that compares has a player"
        self._player.present(arrival.scope)
        return play(arrival)

    def _play(self, arrival: Arrival) -> Hit | Miss:
        assert self._player is not None, "a mode that reads has a player"
        return self._player.play(arrival.scope, arrival.request, arrival.identified, arrival.credential, arrival.at)

    def _foresee(self, arrival: Arrival) -> Hit | Miss:
        """Return what would be played, for a client that will not get it and asks again."""
        assert self._player is not None, "a mode that reads has a player"
        return self._player.foresee(arrival.scope, arrival.request, arrival.identified, arrival.credential, arrival.at)

    def _replayed(self, arrival: Arrival, hit: Hit) -> Reply:
        """Answer with a hit; one that is given again has been made ready before."""
        address = arrival.base_url
        shown = hit.shown.get(address)
        return self._reply(arrival, shown or hit.show(address, self._shown_hit(hit, address, "")))

    def _recalled(self, arrival: Arrival, hit: Hit, because: str) -> Reply:
        return self._reply(arrival, self._shown_hit(hit, arrival.base_url, because), remarks=(because,))

    def _shown_hit(self, hit: Hit, address: str, because: str) -> Response:
        """Return a recorded answer as a client sees it: with links that lead back, and the key it was found by."""
        notes = "; ".join((*((because,) if because else ()), *hit.notes))
        detail = f'; detail="{_quotable(notes)}"' if notes else ""
        status = f'evs-gateway; hit; key="{_quotable(hit.key)}"{detail}'.encode("ascii", "replace")
        return self._links.rewrite_again(hit.response, address).with_header(b"cache-status", status)

    def _forward(self, arrival: Arrival) -> Forward:
        service = Service.IAM if arrival.asked.about_iam else Service.EVS
        intent = None
        if arrival.mode.keeps and is_write(arrival):
            intent = self._redactor.redact(arrival.request, _NOTHING, arrival.operation).request
        return Forward(self._outgoing(arrival.request, service, arrival), service, arrival, intent)

    def _outgoing(self, request: Request, service: Service, arrival: Arrival) -> Request:
        """Return a request as it may leave: end-to-end headers, and the gateway's own credential where it has one."""
        outgoing = arrival.asked.head.outgoing
        if request is not arrival.request:
            outgoing = end_to_end(request.headers)
        bare = request if outgoing is request.headers else request.with_headers(outgoing)
        if self._broker is None:
            return bare
        return self._broker.outgoing(bare, service, arrival.principal, arrival.at)

    def _answered(self, forward: Forward, response: Response, at: float) -> Reply:
        arrival = forward.arrival
        if not arrival.mode.keeps:
            shown = response if self._rules.keeps_links else self._links.rewrite(response, arrival.base_url)
            return self._reply(arrival, shown)
        if self._rules.keeps_links:
            neutral, shown = self._links.rewrite(response, NEUTRAL_URL), response
        else:
            neutral, shown = self._links.rewrite_twice(response, NEUTRAL_URL, arrival.base_url)
        why = b"miss" if forward.missed else b"bypass"
        return self._reply(
            arrival,
            shown.with_header(b"cache-status", b"evs-gateway; fwd=" + why + b"; stored"),
            self._exchange(arrival, neutral, at),
        )

    def _exchange(self, arrival: Arrival, response: Response, at: float) -> Exchange:
        redacted = self._redactor.redact(arrival.request, response, arrival.operation)
        return Exchange(
            operation=arrival.operation.id if arrival.operation else UNDOCUMENTED,
            request=redacted.request,
            response=redacted.response,
            started_at=arrival.at,
            completed_at=at,
            credential=arrival.credential,
            redactions=redacted.rules,
            findings=(*verdicts(arrival), *said(arrival.findings)),
        )

    def _failed(self, forward: Forward, failure: UpstreamFailure) -> Reply:
        if forward.arrival.mode.rescues:
            rescued = self._rescued(forward.arrival, f"upstream failed, {failure.kind.value}")
            if rescued is not None:
                return rescued
        refusal = refusals.upstream_failed(forward.arrival.family, failure.kind.value, failure.detail)
        return self._reply(forward.arrival, refusal, remarks=(f"upstream: {failure.kind.value}",))

    def _rescued(self, arrival: Arrival, because: str) -> Reply | None:
        """Answer a read from the cassette in the upstream's place; writes are never answered from the past."""
        if is_write(arrival) or self._player is None:
            return None
        played = self._player.recall(arrival.request, arrival.identified, arrival.credential)
        return self._recalled(arrival, played, because) if isinstance(played, Hit) else None


def _issued_by_nobody(_: Iterable[str]) -> str | None:
    return None


def _may_be_anybody(asked: Asked) -> bool:
    """Return whether no credentials are demanded. Source: reference-notes 40; 3.1."""
    return asked.operation is not None and not asked.operation.authenticated


def _decided(arrival: Arrival, decision: Decision) -> Arrival:
    return Arrival(
        arrival.asked,
        arrival.request,
        arrival.identified,
        arrival.mode,
        arrival.scope,
        arrival.at,
        arrival.findings,
        decision,
        arrival.principal,
    )


def said(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return findings as the log and the exchange hold them: severity, rule, where."""
    return tuple(f"{finding.severity.value} {finding.rule} {finding.where}" for finding in findings)


def verdicts(arrival: Arrival) -> tuple[str, ...]:
    """Return what the catalogue or the policies have against a request, or would have if report levels counted."""
    if isinstance(arrival.identified, Unmatched):
        return (f"undocumented: {arrival.identified.reason.value}",)
    decision = arrival.decision
    if decision is None:
        return ()
    would = decision.would if decision.allowed else decision
    if would is None or would.allowed:
        return ()
    return (" ".join(("deny", would.kind.value, would.action or "-", *would.statements)),)


def _faulty(arrival: Arrival, mishap: Mishap) -> Response:
    """Return what takes the answer's place. Whoever cannot break a connection says 502."""
    ending = mishap.ending if isinstance(mishap.ending, Faulty) else Faulty(502)
    return refusals.on_purpose(arrival.family, ending.status, ending.code, ending.message, ending.retry_after_s)


def _spoilt(reply: Reply, mishap: Mishap) -> Reply:
    return replace(
        reply,
        response=reply.response.with_header(*mishap.header),
        remarks=(*reply.remarks, f"fault: {', '.join(mishap.names)}"),
        mishap=mishap,
    )


def is_write(arrival: Arrival) -> bool:
    """Return whether a request may change something: by its operation, or its method where it has none."""
    return arrival.asked.is_write


def _quotable(text: str) -> str:
    """Return the text fit for a quoted string of a structured header (RFC 8941, section 3.3.3)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')

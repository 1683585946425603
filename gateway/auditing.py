"""Audit records: who asked for what, what was decided by which rule, what came of it. Pure.

Two records a write (`received` before anything leaves, `complete` at its end), one for everything else: what was
refused, denied, replayed and what failed too. Holds nothing that was not redacted. Times are whole
milliseconds since the epoch (`ts_ms`) and whole microseconds (`us`).
Source: audit design, the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from gateway.access.decisions import Decision
from gateway.access.principals import Principal
from gateway.arrivals import Arrival
from gateway.audit.anchors import Anchor
from gateway.audit.levels import Depth, Levels
from gateway.audit.texts import with_texts
from gateway.audit.verification import ANCHOR
from gateway.audit.words import plain, plain_bytes
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.cassette.redaction import Redacted, Redactor
from gateway.contract.model import JsonObject, JsonValue, Match
from gateway.http.marks import Marks, marks_of
from gateway.http.messages import Request, Response
from gateway.http.traces import trace_of
from gateway.pipeline import READ_METHODS, is_write, said
from gateway.seams import Compared, Ending, Forward, Reply, UpstreamFailure

LONGEST_BODY = 16 * 1024
# Of one answer so many departures are told.
MOST_DEPARTURES = 50
_NOTHING = Response(0)
_AGENT = b"user-agent"
KEPT_HEADERS = frozenset({_AGENT})


class Stage(StrEnum):
    """What a record is about."""

    RECEIVED = "received"
    COMPLETE = "complete"
    ABORTED = "aborted"
    ADMIN = "admin"
    ANCHOR = "anchor"
    GAP = "gap"


class Clerk:
    """Writes the records of one gateway. `trace` comes with the request, the id from its answer."""

    def __init__(self, redactor: Redactor, levels: Levels) -> None:
        self._redactor = redactor
        self._levels = levels

    def received(self, request_id: str, forward: Forward) -> JsonObject:
        """Return the record of a write that is about to be sent."""
        arrival = forward.arrival
        return {
            "stage": Stage.RECEIVED,
            "id": request_id,
            "ts_ms": milliseconds(arrival.at),
            **self._asked(arrival.request, arrival),
        }

    def complete(self, request_id: str, ending: Ending) -> JsonObject | None:
        """Return the record of a request that has its answer, None where the rules leave it out."""
        request, reply = ending.request, ending.reply
        arrival = arrival_of(ending)
        depth = self.depth(arrival)
        if depth is Depth.NONE:
            return None
        kept = self.kept(ending, arrival, depth)
        return {
            "stage": Stage.COMPLETE,
            "id": request_id,
            **joined(request_id, ending),
            "ts_ms": milliseconds(ending.began_at + ending.took_s),
            "recv_ms": milliseconds(ending.began_at),
            **self._described(kept.request, request, arrival),
            "remarks": self.remarks(reply, arrival),
            "cassette": cassette_of(ending.marks, reply),
            **self.held(reply),
            "upstream": upstream_of(ending),
            "outcome": _outcome(ending),
            "body": bodies_of(kept, depth),
            "redactions": list(kept.rules),
        }

    def _asked(self, request: Request, arrival: Arrival) -> JsonObject:
        return self._described(self._redactor.head(request, KEPT_HEADERS).request, request, arrival)

    def _described(self, clean: Request, request: Request, arrival: Arrival | None) -> JsonObject:
        """Return who asked for what and what was decided, from the redacted request."""
        ip, port = peer_of(request.connection)
        origin: JsonObject = {"ip": ip, "port": port, "ua": agent_of(clean)}
        if arrival is None:
            what: JsonObject = {"method": plain(clean.method, 32), "target": plain_bytes(clean.target)}
            asked: JsonObject = {"who": None, "what": what, "decision": None, "validation": [], "scope": ""}
            return {**_traced(request), "from": origin, **asked}
        return {
            **_traced(request),
            "from": origin,
            "who": who_of(arrival.principal),
            "what": self.what(clean, request, arrival),
            "decision": self.decision(arrival.decision),
            "validation": self.texts(said(arrival.findings)),
            "mode": arrival.mode.name,
            "scope": self.text(arrival.scope),
        }

    def what(self, clean: Request, request: Request, arrival: Arrival) -> JsonObject:
        match = arrival.identified if isinstance(arrival.identified, Match) else None
        what: JsonObject = {
            "method": plain(clean.method, 32),
            "target": plain_bytes(clean.target),
            "operation": match.operation.id if match else UNDOCUMENTED,
            "family": arrival.family.value,
        }
        if match is None:
            return what
        # Where redaction left the target as it was, nothing in it is secret.
        shown = plain if clean.target == request.target else self.text
        what["project"] = shown(match.project) if match.project else None
        what["actions"] = list(arrival.decision.required) if arrival.decision else []
        what["resources"] = [shown(value) for name, value in match.path_values.items() if name != "project_id"]
        return what

    def decision(self, decision: Decision | None) -> JsonObject | None:
        """Return a decision. What it says of resources a client may have had a hand in, the rest is the operator's."""
        if decision is None:
            return None
        told = decision.as_json()
        would = told["would"]
        told["resource"] = self.text(decision.resource or "") or None
        if isinstance(would, dict):
            would["resource"] = self.text(str(would["resource"] or "")) or None
        return told

    def remarks(self, reply: Reply, arrival: Arrival | None) -> list[JsonValue]:
        """Return what was remarked beyond the findings."""
        if not reply.remarks:
            return []
        findings = said(arrival.findings) if arrival else ()
        return self.texts(remark for remark in reply.remarks if remark not in findings)

    def held(self, reply: Reply) -> JsonObject:
        """Return what a request was held against: the recordings that a miss came near to, and the one that a live
        answer departs from."""
        held: JsonObject = {} if reply.missed is None else {"miss": self._scrubbed_in(reply.missed)}
        if reply.compared is None:
            return held
        return {**held, "compared": self._scrubbed_in(_told(reply.compared))}

    def _scrubbed_in(self, value: JsonObject) -> JsonObject:
        """Return an object with every text in it fit for a record: any of them may be a client's."""
        return with_texts(value, self.text)

    def texts(self, texts: Iterable[str]) -> list[JsonValue]:
        joined = "\n".join(map(plain, texts))
        return list(self._scrubbed(joined).split("\n")) if joined else []

    def text(self, text: str) -> str:
        """Return a text that a client may have had a hand in."""
        return self._scrubbed(plain(text)) if text else text

    def _scrubbed(self, text: str) -> str:
        return self._redactor.scrub(text.encode()).decode("utf-8", "replace")

    def depth(self, arrival: Arrival | None) -> Depth:
        """Return how much is kept of a request."""
        if arrival is None:
            # Whoever was not let in fills no disk with bodies, and is left out by no rule.
            return Depth.METADATA
        asked, principal = arrival.asked, arrival.principal
        operation = UNDOCUMENTED if asked.operation is None else asked.operation.id
        who = "" if principal is None else principal.user_name or ""
        return self._levels.of(operation, asked.is_write, _is_denied(arrival), who)

    def kept(self, ending: Ending, arrival: Arrival | None, depth: Depth) -> Redacted:
        """Return what may be kept of a request, as the cassette has it where it was recorded."""
        exchange = ending.reply.exchange
        if exchange is not None:
            return Redacted(exchange.request, exchange.response, exchange.redactions)
        if not depth.has_request:
            return self._redactor.head(ending.request, KEPT_HEADERS)
        answered = ending.response if depth is Depth.REQUEST_RESPONSE else _NOTHING
        return self._redactor.redact(ending.request, answered, arrival.operation if arrival else None)


def aborted(record: JsonObject, at: float) -> JsonObject:
    """Return the end of a write of which only `received` is known: the gateway stopped before its answer."""
    known = ("id", "trace", "from", "who", "what", "decision", "mode", "scope")
    kept: JsonObject = {name: record[name] for name in known if name in record}
    return {
        "stage": Stage.ABORTED,
        "ts_ms": milliseconds(at),
        **kept,
        "received_seq": record.get("seq"),
        "outcome": {"status": None, "origin": "unknown"},
    }


def administrative(event: str, at: float, **facts: str | int | None) -> JsonObject:
    """Return the record of something that is no request: a start, a stop, a reload, an eviction, the use of a key."""
    details: JsonObject = {name: plain(value) if isinstance(value, str) else value for name, value in facts.items()}
    return {"stage": Stage.ADMIN, "ts_ms": milliseconds(at), "event": event, "facts": details}


def gap(answered: int, refused: int, because: str, at: float) -> JsonObject:
    """Return the record that so many requests before it are in no record: let through, or refused for that reason."""
    counts: JsonObject = {"count": answered + refused, "answered": answered, "refused": refused}
    return {"stage": Stage.GAP, "ts_ms": milliseconds(at), **counts, "because": plain(because)}


def anchored(anchor: Anchor, open_since: int | None) -> JsonObject:
    """Return the record of an anchor. `open_since` is the oldest note of a write whose end is not recorded yet."""
    return {"stage": Stage.ANCHOR, "ts_ms": anchor.at_ms, "open_since": open_since, ANCHOR: anchor.as_json()}


def _told(compared: Compared) -> JsonObject:
    """Return how a live answer departs from the recorded one. `count` counts what is too much to be told, too."""
    rows: list[JsonValue] = [
        {
            "rule": each.rule,
            "severity": each.weight.value,
            "where": each.where,
            "recorded": each.recorded,
            "live": each.live,
        }
        for each in compared.departures[:MOST_DEPARTURES]
    ]
    return {"seq": compared.seq, "count": len(compared.departures), "departures": rows}


def joined(request_id: str, ending: Ending) -> JsonObject:
    """Return what leads from the end of a request to the note of it, and to the id it had before its answer."""
    joined: JsonObject = {"received_seq": ending.received} if ending.received else {}
    return joined | ({"given_id": ending.given_id} if ending.given_id not in ("", request_id) else {})


def _is_denied(arrival: Arrival) -> bool:
    return arrival.decision is not None and not arrival.decision.allowed


def arrival_of(ending: Ending) -> Arrival | None:
    """Return the request of an ending as it was let in, None for one that was not."""
    return ending.reply.arrival or (ending.forward.arrival if ending.forward else None)


def peer_of(connection: str) -> tuple[str, int | None]:
    """Return the address and the port of whoever holds a connection."""
    ip, _, port = connection.rpartition(":")
    return ip, int(port) if port.isdigit() else None


def _traced(request: Request) -> JsonObject:
    """Return the trace that a request belongs to, if it does to one."""
    trace = trace_of(request)
    return {} if trace is None else {"trace": trace}


def agent_of(clean: Request) -> str | None:
    """Return the program that a request names."""
    agent = clean.header(_AGENT)
    return plain_bytes(agent, 256) if agent is not None else None


def who_of(principal: Principal | None) -> JsonObject | None:
    """Return who asked, as a record names somebody."""
    if principal is None:
        return None
    names = {
        "user_id": principal.user_id,
        "user_name": principal.user_name,
        "domain_id": principal.domain_id,
        "project_id": principal.project_id,
        "ak": principal.ak,
        "agency": principal.agency,
        "dev": principal.dev_principal,
    }
    known: JsonObject = {name: plain(value, 256) for name, value in names.items() if value is not None}
    return {
        **known,
        "roles": [plain(role, 256) for role in principal.roles],
        "auth": principal.auth_method.value if principal.auth_method else None,
        "assurance": principal.assurance.value if principal.assurance else None,
    }


def cassette_of(marks: Marks, reply: Reply) -> JsonObject | None:
    """Return how the cassette took part, in the words of Cache-Status, None when it did not."""
    if marks.cache is None:
        return None
    return {"status": plain_bytes(marks.cache, 512), "kept": reply.exchange is not None}


def upstream_of(ending: Ending) -> JsonObject | None:
    """Return what came back from upstream, None where nothing was sent."""
    if ending.forward is None:
        return None
    about: JsonObject = {"service": ending.forward.service.value, "us": microseconds(ending.upstream_s)}
    if isinstance(ending.outcome, UpstreamFailure):
        return {**about, "failure": ending.outcome.kind.value}
    return {**about, "status": ending.outcome.status if ending.outcome else None}


def _outcome(ending: Ending) -> JsonObject:
    response = ending.response
    return {
        "status": response.status,
        "origin": origin_of(ending.reply, ending.outcome),
        "us": microseconds(ending.took_s),
        "decided_us": microseconds(ending.decided_s),
        "bytes_in": len(ending.request.body),
        "bytes_out": len(response.body),
    }


def is_spared(ending: Ending) -> bool:
    """Return whether a request may go without a record where the operator has it so: one that reads, and is allowed."""
    arrival = arrival_of(ending)
    if arrival is None:
        return ending.request.method in READ_METHODS
    return not is_write(arrival) and not _is_denied(arrival)


def origin_of(reply: Reply, outcome: Response | UpstreamFailure | None) -> str:
    """Return who an answer is from: a fault on purpose, the gateway itself, the cassette, or the cloud."""
    return origin_by(marks_of(reply.response.headers), reply, outcome)


def origin_by(marks: Marks, reply: Reply, outcome: Response | UpstreamFailure | None) -> str:
    """The same for whoever has read the marks of the answer."""
    if reply.mishap is not None:
        return "fault"
    if marks.proxy is not None:
        return "gateway"
    if marks.cache is not None and marks.cache.startswith(b"evs-gateway; hit"):
        return "cassette"
    return "cloud" if isinstance(outcome, Response) else "gateway"


def bodies_of(kept: Redacted, depth: Depth) -> JsonObject:
    """Return so much of the bodies as is kept."""
    bodies: JsonObject = {"level": depth.value}
    if depth.has_request:
        bodies |= _body("request", kept.request.body)
    if depth is Depth.REQUEST_RESPONSE:
        bodies |= _body("response", kept.response.body)
    return bodies


def _body(name: str, body: bytes) -> JsonObject:
    digest = hashlib.sha256(body).hexdigest()
    return {name: plain_bytes(body, LONGEST_BODY), f"{name}_sha256": digest, f"{name}_bytes": len(body)}


def milliseconds(seconds: float) -> int:
    """Return a time as `ts_ms` has it."""
    return round(seconds * 1000)


def microseconds(seconds: float) -> int:
    """Return a time as `us` has it."""
    return round(seconds * 1_000_000)

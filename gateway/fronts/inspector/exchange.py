"""One exchange: request and answer, the decision and the way to it, what was found, how long it took; as curl and HAR.

A look at a body is itself a record of the trail, under the name of whoever looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.audit.entries import Term, table_of
from gateway.audit.search import Page, Query
from gateway.cassette.exchange import Exchange
from gateway.cassette.har import written
from gateway.contract.model import JsonObject
from gateway.contract.rules import VolumeTypes
from gateway.fronts.inspector.context import MOUNT, Context, View, visitor
from gateway.fronts.inspector.recorded import recorded_for
from gateway.inspector import bodies
from gateway.inspector.drifts import from_recording
from gateway.inspector.exchanging import curl_of, har_of
from gateway.inspector.facts import answer_facts, request_facts
from gateway.inspector.findings import findings_of
from gateway.inspector.misses import miss_of
from gateway.inspector.rows import EXCHANGE, key_of, row
from gateway.inspector.timing import steps_of
from gateway.inspector.tracing import trace_of
from gateway.inspector.visitors import Right
from gateway.stores.audit_index import AuditIndex

READ_BODIES = "inspector:bodies:read"
# A client may give many requests one id.
_MOST = 20
_ENDS = ("complete", "aborted")
_POLICIES: tuple[Term, ...] = (("stage", "admin"), ("action", "start"), ("action", "policies"))
_LOCAL = "http://127.0.0.1:8776"


@dataclass(frozen=True, slots=True)
class _Shown:
    """The records of an id, the one that is shown, what policies were in force then, and what was recorded of it."""

    records: tuple[JsonObject, ...]
    record: JsonObject
    digest: str | None
    recorded: Exchange | None


def exchange_routes(context: Context) -> list[Route]:
    """Return the page of an exchange, and its HAR. Errors: 403 without the right, 404 for an id of no record."""

    async def looked_up(request: Request) -> _Shown:
        id_, seq = request.path_params["id"], request.query_params.get("record", "")
        found = (await context.reading.ask(lambda index: _found(index, id_, seq))).found
        if found is None:
            raise HTTPException(404, f"No record of the audit trail has the id {id_}.")
        recorded = await context.reading.run(lambda: recorded_for(context.settings, found.record))
        return _Shown(found.records, found.record, found.digest, recorded)

    async def shown(request: Request) -> Response:
        found = await looked_up(request)
        record, visitor_ = found.record, visitor(request)
        may_read = visitor_ is not None and visitor_.may(Right.BODIES)
        if may_read and bodies.is_there(record, found.recorded):
            _note(context, request, record, "page")
        bare = record if may_read else without_bodies(record)
        recorded = found.recorded if may_read else None
        authority = context.session.authority
        return context.page(
            request,
            "exchange.html",
            row=row(record),
            id=request.path_params["id"],
            key=key_of(record),
            others=[(row(each), f"{request.url.path}?record={key_of(each)}") for each in found.records],
            request_facts=request_facts(record),
            answer_facts=answer_facts(record),
            may_read=may_read,
            request_body=bodies.request_body(bare, recorded),
            answer_body=bodies.answer_body(bare, recorded),
            trace=trace_of(record, authority.policies if authority else None, found.digest),
            findings=findings_of(record, VolumeTypes(added=context.settings.checks.volume_types)),
            steps=steps_of(record),
            miss=miss_of(record),
            held=from_recording([record]),
            curl="\n".join(curl_of(bare, _origin(context))),
            har=f"{request.url.path}/har?record={key_of(record)}",
        )

    async def har(request: Request) -> Response:
        visitor_ = visitor(request)
        if visitor_ is None or not visitor_.may(Right.BODIES):
            raise HTTPException(403, "This needs the right to see bodies.")
        found = await looked_up(request)
        record, origin = found.record, _origin(context)
        _note(context, request, record, "har")
        document = har_of(record, origin) if found.recorded is None else b"".join(written([found.recorded], origin))
        headers = {"content-disposition": 'attachment; filename="exchange.har"'}
        return Response(document, media_type="application/json", headers=headers)

    return [
        Route("/exchange/{id:path}/har", har, methods=["GET"]),
        Route("/exchange/{id:path}", shown, methods=["GET"]),
    ]


VIEW = View(None, exchange_routes)
assert EXCHANGE.startswith(MOUNT), "rows lead here"


def without_bodies(record: JsonObject) -> JsonObject:
    """Return a record less what its bodies say."""
    level = table_of(record.get("body")).get("level")
    return {**record, "body": {"level": level}}


def _note(context: Context, request: Request, record: JsonObject, form: str) -> None:
    name = getattr(visitor(request), "name", None)
    ip = request.client.host if request.client else None
    context.note(READ_BODIES, principal=name, ip=ip, id=str(record.get("id")), record=key_of(record), form=form)


def _origin(context: Context) -> str:
    listen = context.settings.listen
    return listen.public_url or (_LOCAL if listen.public.endswith(":0") else f"http://{listen.public}")


def _found(index: AuditIndex, id_: str, key: str) -> _Shown | None:
    term: Term = ("id", id_)
    records = tuple(each.record for each in index.find(Query((term,)), Page(_MOST)))
    record = _chosen(records, key)
    return None if record is None else _Shown(records, record, _digest(index, record), None)


def _chosen(records: Iterable[JsonObject], key: str) -> JsonObject | None:
    """Return the record that is named, else the newest end of a request, else the newest."""
    requests = [each for each in records if "what" in each]
    ends = [each for each in requests if each.get("stage") in _ENDS]
    named = [each for each in requests if key_of(each) == key]
    return next(iter((*named, *ends, *requests)), None)


def _digest(index: AuditIndex, record: JsonObject) -> str | None:
    """Return the digest of the policies that were in force in a chain before a record."""
    ts_ms, chain = record.get("recv_ms", record.get("ts_ms")), str(record.get("chain"))
    until = ts_ms + 1 if isinstance(ts_ms, int) else 0
    found = index.find(Query((*_POLICIES, ("chain", chain)), until_ms=until), Page(1))
    facts = table_of(found[0].record.get("facts")) if found else {}
    digest = facts.get("digest", facts.get("policies"))
    return digest if isinstance(digest, str) else None

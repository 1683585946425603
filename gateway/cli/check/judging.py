"""One request judged as the gateway would: admitted, identified, validated. Pure: nothing is sent or rewritten."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, JsonValue, Match, Operation
from gateway.contract.required import required_actions
from gateway.http import refusals
from gateway.http.admission import Inadmissible, admit
from gateway.http.messages import Request, Response
from gateway.validation import Finding, Severity, validate


class Verdict(StrEnum):
    """What becomes of a request: it passes, it passes with remarks, or it is refused."""

    PASS = "pass"  # noqa: S105 - the verdict, not a password
    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gateway thinks of a request. `status`, `code` and `message` are those of its refusal, None without one;
    `required` is None where the reference leaves the actions open."""

    operation: Operation | None
    verdict: Verdict
    status: int | None
    code: str | None
    message: str | None
    required: tuple[str, ...] | None
    findings: tuple[JsonObject, ...]


def judge(request: Request) -> Judgement:
    """Return what the gateway thinks of a request when it checks all it can and refuses undocumented operations."""
    admitted = admit(request)
    if isinstance(admitted, Inadmissible):
        family = refusals.family_of(tuple(request.path.decode("latin-1").strip("/").split("/")))
        refusal = refusals.inadmissible(admitted.status, admitted.message, family)
        return _refused(refusal, _request_finding(refusal))
    request = admitted.request
    identified = CATALOGUE.identify(request.method, request.path, request.query, admitted.body)
    if not isinstance(identified, Match):
        refusal = refusals.unmatched(identified)
        return _refused(refusal, _request_finding(refusal))
    return _of_findings(identified, validate(identified, admitted.has_body, request.headers))


def _of_findings(match: Match, findings: tuple[Finding, ...]) -> Judgement:
    first = next((finding.fault for finding in findings if finding.severity is Severity.REJECT), None)
    return Judgement(
        operation=match.operation,
        verdict=Verdict.REJECT if first else Verdict.WARN if findings else Verdict.PASS,
        status=first.status if first else None,
        code=first.code if first else None,
        message=first.message if first else None,
        required=required_actions(match),
        findings=tuple(_told(finding) for finding in findings),
    )


def _refused(refusal: Response, findings: Iterable[JsonObject]) -> Judgement:
    said = _said(refusal)
    return Judgement(
        operation=None,
        verdict=Verdict.REJECT,
        status=refusal.status,
        code=str(said["code"]),
        message=str(said["message"]),
        required=None,
        findings=tuple(findings),
    )


def _said(refusal: Response) -> JsonObject:
    """Return what is in the envelope of one of the gateway's own answers."""
    ((_, said),) = json.loads(refusal.body).items()
    return dict(said)


def _request_finding(refusal: Response) -> Iterable[JsonObject]:
    """Yield what is wrong with a request as a whole, in the form of a finding."""
    said = _said(refusal)
    details = said.get("details")
    first = details[0] if isinstance(details, list) and details else None
    told: JsonObject = dict(first) if isinstance(first, dict) else {"rule": "request", "severity": "reject"}
    missing: JsonObject = {"where": "request", "limit": said["message"], "found": ""}
    yield {**missing, **told, "code": said["code"], "message": said["message"], "source": ""}


def _told(finding: Finding) -> JsonObject:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "where": finding.where,
        "limit": finding.limit,
        "found": finding.found,
        "code": finding.fault.code,
        "message": finding.fault.message,
        "source": finding.source,
    }


def as_json(record_id: JsonValue, judgement: Judgement) -> JsonObject:
    """Return the line that is printed for a request."""
    operation, required = judgement.operation, judgement.required
    return {
        "id": record_id,
        "operation": operation.id if operation else None,
        "section": operation.section if operation else None,
        "verdict": judgement.verdict.value,
        "status": judgement.status,
        "code": judgement.code,
        "required": None if required is None else list(required),
        "findings": list(judgement.findings),
    }


def as_words(record_id: JsonValue, judgement: Judgement) -> str:
    """Return the same for people, on a line for the verdict and one for each finding."""
    operation = judgement.operation
    name = f"{operation.id} ({operation.section})" if operation else "no documented operation"
    answer = f", answered {judgement.status} {judgement.code} {judgement.message!r}" if judgement.status else ""
    lines = [f"{record_id}: {judgement.verdict.value}: {name}{answer}"]
    lines += [
        f"  {each['severity']}: {each['where']}: {each['limit']}; found {each['found'] or 'otherwise'} [{each['rule']}]"
        for each in judgement.findings
    ]
    return "\n".join([*lines, f"  needs: {_needs(judgement.required)}"])


def _needs(required: tuple[str, ...] | None) -> str:
    return "not said by the reference" if required is None else ", ".join(required) or "no action"

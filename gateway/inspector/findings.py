"""What was found about a request, with what the reference says about it.

A record keeps of each finding its severity, its rule and its place. The documented limit comes from judging again what
the trail keeps of the request; a finding about something that is not kept has its rule and its section alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.audit.entries import texts_of
from gateway.contract.model import JsonObject, Match
from gateway.contract.rules import VolumeTypes
from gateway.inspector.asking import asked_of, has_body
from gateway.validation import Finding, validate


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as people read it: what the reference says (`limit`), what was there, and the section."""

    severity: str
    rule: str
    where: str
    limit: str
    found: str
    code: str
    source: str


def findings_of(record: JsonObject, types: VolumeTypes) -> tuple[Told, ...]:
    """Return the findings of a record, in their order."""
    said = texts_of(record.get("validation"))
    if not said:
        return ()
    match = asked_of(record).match
    known = _judged(match, has_body(record), types) if isinstance(match, Match) else {}
    section = match.operation.section if isinstance(match, Match) else ""
    return tuple(_told(each, known, section) for each in said)


def _judged(match: Match, body: bool, types: VolumeTypes) -> dict[tuple[str, str], Finding]:
    return {(finding.rule, finding.where): finding for finding in validate(match, body, (), types)}


def _told(said: str, known: dict[tuple[str, str], Finding], section: str) -> Told:
    severity, rule, where = (*said.split(" ", 2), "", "")[:3]
    finding = known.get((rule, where))
    if finding is None:
        return Told(severity, rule, where, "", "", "", section)
    return Told(severity, rule, where, finding.limit, finding.found, finding.fault.code or "", finding.source)

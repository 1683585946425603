"""`policy explain`: one request, and everything that was tried on it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from gateway.access.decisions import reason
from gateway.access.explain import Checked, Explanation, Tried, explain
from gateway.access.principals import Principal
from gateway.access.records import Asked, NotARecord, read_record
from gateway.cli.policy.common import DENIED, policies_option, print_json, value_of
from gateway.contract.model import JsonObject
from gateway.stores.policies import load_policies


@click.command("explain")
@click.argument("method")
@click.argument("path")
@policies_option()
@click.option("-d", "--body", metavar="JSON|@FILE", help="The body of the request.")
@click.option("--principal", default="{}", metavar="JSON|@FILE", help="Who asks, as in `policy decide`.")
@click.option("--at", metavar="TIME", help="When, e.g. 2026-03-03T10:00:00Z; now unless given.")
@click.option("--source-ip", metavar="ADDRESS", help="Where from.")
@click.option("--target", metavar="JSON|@FILE", help="What a look-up of the disk or snapshot found; null: nothing.")
@click.option("--context", metavar="JSON|@FILE", help="Condition keys set directly.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def command(
    method: str,
    path: str,
    folder: Path,
    body: str | None,
    principal: str,
    at: str | None,
    source_ip: str | None,
    target: str | None,
    context: str | None,
    as_json: bool,
) -> None:
    """Tell of one request which statements were tried and what decided.

    For each action that the request needs, every statement of the principal's policies that covers it is shown: whether
    it applied, and of each condition the value it wants and the one it found.

    Exit codes: 0 allowed, 5 denied, 3 the policies do not load.
    """
    policies = load_policies(folder)
    given = {"body": body, "principal": principal, "target": target, "context": context}
    read = {name: value_of(name, text) for name, text in given.items() if text is not None}
    request: JsonObject = {"method": method, "path": path, "body": read.pop("body", None)}
    asked = _asked({"request": request, "at": at, "source_ip": source_ip, **read})
    found = explain(policies, asked.principal, asked.match, asked.facts)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo("\n".join(_words(found, asked.principal)))
    sys.exit(0 if found.decision.allowed else DENIED)


def _asked(record: JsonObject) -> Asked:
    try:
        return read_record(record, time.time())
    except NotARecord as error:
        raise click.UsageError(str(error)) from error


def _words(found: Explanation, principal: Principal) -> list[str]:
    decision = found.decision
    who = principal.user_name or principal.user_id or principal.dev_principal or "this principal"
    lines = [f"{decision.verdict.upper()} ({decision.kind}): {reason(decision, who)}."]
    if decision.would:
        lines.append(f"With report-level policies: {decision.would.verdict}: {reason(decision.would, who)}.")
    held = [f"{name} (report only)" if name in found.reporting else name for name in found.policies]
    lines.append(f"Policies that hold: {', '.join(held) or 'none'}")
    for step in found.steps:
        lines.append(f"{step.need.action or 'no action'} on {step.need.resource or 'no resource'}")
        lines += [line for tried in step.tried for line in _tried(tried)] or ["  no statement covers it"]
    return lines


def _tried(tried: Tried) -> list[str]:
    verdict = "applies" if tried.applied else "does not apply"
    about = "" if tried.reaches else ": its resources mean another"
    head = f"  {tried.statement.grant} {tried.statement.name} (line {tried.statement.place.line}): {verdict}{about}"
    return [head, *(_checked(each) for each in tried.checked)]


def _checked(checked: Checked) -> str:
    condition = checked.condition
    said = checked.as_json()
    wanted = ", ".join(condition.operands)
    return f"    {said['outcome']}: {condition.key.name} {condition.use.name} {wanted}; found {checked.found}"

"""`policy replay`: a recording decided again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.access.decisions import Decision, reason
from gateway.access.policy_set import PolicySet
from gateway.access.principals import Principal
from gateway.cli.policy.common import DENIED, policies_option, principal_of, principal_option, print_json
from gateway.cli.policy.recorded import Recorded, recorded
from gateway.contract.model import JsonObject
from gateway.stores.policies import load_policies


@click.command("replay")
@click.argument("cassette", type=click.Path(path_type=Path))
@policies_option("The candidate: the policy folder to decide under.")
@click.option("--against", type=click.Path(path_type=Path), metavar="DIR", help="The policy folder to compare with.")
@principal_option()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of words.")
def command(cassette: Path, folder: Path, against: Path | None, principal: str, as_json: bool) -> None:
    """Decide a recording again and print what would come out otherwise.

    Compared is with what was recorded: a request is taken as allowed unless it was answered 403 (an undocumented one,
    unless it was answered with any error). With --against it is compared with what another policy folder decides.

    A cassette does not know who asked; give it with --principal. Decisions of the audit trail cannot be read yet.

    Exit codes: 0 nothing flips, 5 something does, 3 policies or cassette cannot be read.
    """
    candidate = load_policies(folder)
    base = load_policies(against) if against else None
    who = principal_of(principal)
    total, flips = 0, 0
    for each in recorded(cassette):
        total += 1
        for flip in _flip(each, candidate, base, who):
            flips += 1
            if as_json:
                print_json(flip)
            else:
                click.echo("{seq}: {method} {path}: {before} -> {after}: {reason}".format(**flip))
    click.echo(f"{total} requests, {flips} flips", err=True)
    sys.exit(DENIED if flips else 0)


def _flip(each: Recorded, candidate: PolicySet, base: PolicySet | None, principal: Principal) -> Iterator[JsonObject]:
    """Yield how the decision about a request differs, where it does."""
    who = each.asked_by(principal)
    after = candidate.decide(who, each.match, each.facts)
    before = base.decide(who, each.match, each.facts).verdict if base else "allow" if each.was_allowed else "deny"
    if after.verdict != before:
        yield _told(each, before, after, who)


def _told(each: Recorded, before: str, after: Decision, who: Principal) -> JsonObject:
    return {
        "seq": each.seq,
        "method": each.method,
        "path": each.path,
        "before": before,
        "after": after.verdict,
        "kind": after.kind.value,
        "action": after.action,
        "statements": list(after.statements),
        "reason": reason(after, who.user_name or "this principal"),
    }

"""`policy test`: the test cases of a policy folder, run."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from gateway.access.cases import Case
from gateway.access.coverage import Coverage, coverage
from gateway.access.explain import Explanation, explain
from gateway.access.policy_set import PolicySet
from gateway.cli.policy.common import DENIED, policies_option, print_json
from gateway.cli.policy.junit import Result, junit
from gateway.stores.policies import load_policies, read_cases_of


@click.command("test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@policies_option()
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write JUnit XML.")
@click.option("--threshold", type=click.FloatRange(0, 100), default=0.0, help="Least coverage in percent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def command(files: tuple[Path, ...], folder: Path, junit_file: Path | None, threshold: float, as_json: bool) -> None:
    """Run test cases against a policy folder: the FILEs given, else its tests/*.yaml.

    A file is YAML: version: 1, a principal that all cases start from, and cases. A case has a name, what a line of
    `policy decide` has (request, principal, at, source_ip, target, context), and expect: allow, deny, a kind, or an
    object of members of the answer.

    Coverage counts every statement that applied, and every condition that was seen to hold and seen to fail.

    Exit codes: 0 all as expected, 5 a case came out otherwise or the coverage is below the threshold, 3 policies or
    cases do not load.
    """
    policies = load_policies(folder)
    cases = read_cases_of(folder, time.time(), files)
    explained = [_explain(policies, case) for case in cases]
    results = [
        Result(case.file, case.name, tuple(case.differences(each.decision)))
        for case, each in zip(cases, explained, strict=True)
    ]
    covered = coverage(policies, explained)
    if junit_file is not None:
        junit_file.write_bytes(junit(results))
    _print(results, covered, as_json)
    failed = any(result.differences for result in results)
    sys.exit(DENIED if failed or covered.percent < threshold else 0)


def _explain(policies: PolicySet, case: Case) -> Explanation:
    return explain(policies, case.asked.principal, case.asked.match, case.asked.facts)


def _print(results: list[Result], covered: Coverage, as_json: bool) -> None:
    failed = [result for result in results if result.differences]
    if as_json:
        print_json(
            {
                "cases": len(results),
                "failed": [{"file": each.file, "name": each.name, "why": list(each.differences)} for each in failed],
                "coverage": round(covered.percent, 1),
                "unseen": list(covered.unseen),
            }
        )
        return
    for each in failed:
        click.echo(f"FAILED {each.file}: {each.name}: {'; '.join(each.differences)}")
    for point in covered.unseen:
        click.echo(f"never seen: {point}")
    click.echo(f"{len(results)} cases, {len(failed)} failed, coverage {covered.percent:.1f} %")

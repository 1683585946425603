"""`evs-gateway check` from the command line: where requests come from, what is printed, what the exit code says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli.check import command

GOOD = {"id": "good", "method": "GET", "path": "/v2/p/volumes"}
BAD = {"id": "bad", "method": "GET", "path": "/v2/p/volumes", "query": {"limit": 5000}}


def run(*arguments: str, given: str = "") -> tuple[int, list[Any]]:
    result = CliRunner().invoke(command, arguments, input=given)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def verdicts(printed: list[Any]) -> list[tuple[Any, str]]:
    return [(each["id"], each.get("verdict", "error")) for each in printed]


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_one_request_comes_from_flags(tmp_path: Path) -> None:
    assert run("GET", "/v2/p/volumes?limit=5")[0] == 0
    code, (told,) = run("POST", "/v2/p/volumes", "-H", "Content-Type: application/json", "-d", '{"volume": {}}')
    assert (code, told["code"]) == (5, "EVS.1036")
    body = tmp_path / "body.json"
    body.write_text('{"volume": {"availability_zone": "az", "size": 10}}')
    code, (told,) = run("POST", "/v2/p/volumes", "--body", f"@{body}")
    assert (code, told["verdict"]) == (0, "pass")


def test_many_come_as_json_lines_from_stdin_or_a_file(tmp_path: Path) -> None:
    expected = (5, [("good", "pass"), ("bad", "reject")])
    given = lines(GOOD, BAD)
    file = tmp_path / "requests.jsonl"
    file.write_text(given)
    for arguments in ((), ("-",), ("--jsonl", "-"), ("--jsonl", str(file)), (str(file),)):
        code, printed = run(*arguments, given=given)
        assert (code, verdicts(printed)) == expected


def test_many_come_from_a_har_file(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    entries = [{"request": {"method": "GET", "url": f"http://x/v2/p/volumes?limit={limit}"}} for limit in (1, 0)]
    file.write_text(json.dumps({"log": {"entries": entries}}))
    for arguments in ((str(file),), ("--har", str(file))):
        code, printed = run(*arguments)
        assert (code, verdicts(printed)) == (5, [(1, "pass"), (2, "reject")])


def test_a_line_that_cannot_be_read_costs_only_itself() -> None:
    code, printed = run(given="nope\n" + lines(BAD, GOOD))
    assert (code, verdicts(printed)) == (2, [(1, "error"), ("bad", "reject"), ("good", "pass")])
    assert set(printed[0]) == {"id", "error"}


def test_the_exit_code_tells_the_worst() -> None:
    assert run(given=lines(GOOD))[0] == 0
    assert run(given=lines(GOOD, BAD))[0] == 5
    assert run(given="")[0] == 0


def test_explained_are_words() -> None:
    result = CliRunner().invoke(command, ["--explain"], input=lines(BAD))
    assert result.exit_code == 5
    assert result.stdout.startswith("bad: reject: cinder_list_volumes (7.1.4), answered 400 EVS.2142")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("GET", "/", "more"), "give one of"),
        (("GET", "/", "--jsonl", "-"), "give one of"),
        (("--har", "a.har", "--jsonl", "-"), "give one of"),
        (("-d", "{}"), "belong to METHOD TARGET"),
        (("-H", "a: b", "file"), "belong to METHOD TARGET"),
        (("GET", "/", "-H", "nothing"), "a header is given as 'Name: value'"),
        (("GET", "/", "-H", "\udcff: a"), "surrogates not allowed"),
        (("GET", "http://[::1/v2"), "Invalid IPv6 URL"),
        (("GET", "/", "-d", "@no-such-file"), "no-such-file: No such file or directory"),
        (("no-such-file",), "no-such-file: No such file or directory"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], why: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr


def test_help_says_what_the_exit_codes_mean() -> None:
    assert "5 something is" in CliRunner().invoke(command, ["--help"]).stdout

"""`policy decide`: a line in, a line out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.policy import common
from gateway.errors import PolicyError
from tests.cli.policy.running import WHO, folder, printed, run


def line(record_id: Any, method: str, path: str, **more: Any) -> str:
    return json.dumps({"id": record_id, "principal": WHO, "request": {"method": method, "path": path}, **more}) + "\n"


def test_every_line_is_answered_in_order(tmp_path: Path) -> None:
    given = line("a", "GET", "/v2/p1/volumes") + "\n" + line(2, "DELETE", "/v2/p1/volumes/v1")
    result = run("decide", "--policies", folder(tmp_path / "p"), given=given)
    assert result.exit_code == 0
    assert printed(result) == [
        {
            "id": "a",
            "decision": "allow",
            "kind": "allow",
            "action": None,
            "resource": None,
            "required": ["evs:volumes:list"],
            "statements": ["allow#0"],
            "missing": [],
            "would": None,
        },
        {
            "id": 2,
            "decision": "deny",
            "kind": "explicit",
            "action": "evs:volumes:delete",
            "resource": "evs:ae-ad-1:d1:volume:v1",
            "required": ["evs:volumes:delete", "evs:volumes:get"],
            "statements": ["deny#Keep"],
            "missing": [],
            "would": None,
        },
    ]


def test_a_report_level_policy_shows_what_it_would_do(tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_text(line("a", "DELETE", "/v2/p1/volumes/v1"))
    result = run("decide", "--policies", folder(tmp_path / "p", deny="report"), "--requests", requests)
    (found,) = printed(result)
    assert (found["decision"], found["would"]["decision"], found["would"]["statements"]) == (
        "allow",
        "deny",
        ["deny#Keep"],
    )


@pytest.mark.parametrize(
    ("bad", "record_id", "says"),
    [
        ("{", 1, "line 1: "),
        ("[]", 1, "line 1: a record must be an object"),
        ('{"id": "x", "id": "y"}', 1, "stands twice"),
        ('{"id": "x", "request": {"body": {"a": 1, "a": 2}}}', "x", "line 1: the key"),
        ('{"id": ["x"], "at": NaN}', 1, "line 1: NaN is not JSON"),
        ('[["id", NaN]]', 1, "line 1: NaN is not JSON"),
        (line("x", "GET", "/%zz").strip(), "x", "line 1: 'path' holds"),
        (line(None, "GET", "x").strip(), None, "line 1: 'path' must begin"),
        ('{"request": 5}', 1, "line 1: 'principal' must be an object"),
    ],
)
def test_a_line_that_cannot_be_read_costs_only_itself(tmp_path: Path, bad: str, record_id: Any, says: str) -> None:
    given = bad + "\n" + line("good", "GET", "/v2/p1/volumes")
    result = run("decide", "--policies", folder(tmp_path / "p"), given=given)
    error, good = printed(result)
    assert (result.exit_code, error["id"], good["decision"]) == (2, record_id, "allow")
    assert says in error["error"]


def test_a_line_that_is_too_long_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = line("good", "GET", "/v2/p1/volumes")
    monkeypatch.setattr(common, "MAX_LINE_BYTES", len(good) + 1)
    result = run("decide", "--policies", folder(tmp_path / "p"), given="x" * 3 * len(good) + "\n" + good)
    error, found = printed(result)
    assert (result.exit_code, error["id"], found["id"]) == (2, 1, "good")


def test_policies_that_do_not_load_end_it(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        run("decide", "--policies", tmp_path)
    assert caught.value.exit_code == 3


def test_requests_that_are_not_there_are_wrong_usage(tmp_path: Path) -> None:
    result = run("decide", "--policies", folder(tmp_path / "p"), "--requests", tmp_path / "none")
    assert (result.exit_code, "No such file" in result.stderr) == (2, True)

"""`audit show`: one request with its decision trace, as curl and as HAR."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from gateway.errors import RunError
from tests.audit.records import DISK, PROJECT, denied, ended, kept, trail_of
from tests.cli.audit.running import audit, document, said


def shown(tmp_path: Path, record: dict[str, object], *options: str) -> list[str]:
    return said("show", "--trail", trail_of(tmp_path, [record]), record["id"], *options)


def test_a_denial_shows_by_which_statement_it_was(tmp_path: Path) -> None:
    decision = {"resource": "evs:*:*:volume:*", "missing": ["evs:Encrypted"], "would": {"decision": "allow"}}
    record = denied(2, decision=decision, validation=["warn size volume.size"], remarks=["look"], scope="s")
    assert shown(tmp_path, record) == [
        "req-2  complete  2025-11-24T16:00:02.000Z  (gw-1 1)",
        "who:       alice (token,verified) roles: evs_adm",
        "from:      10.0.0.7 openstacksdk/4.0",
        f"asked:     POST /v2/{PROJECT}/volumes",
        "operation: cinder_create_volume",
        "decision:  deny (explicit)",
        "  for: evs:volumes:create",
        "  on: evs:*:*:volume:*",
        "  required: evs:volumes:create",
        "  statements: no-writes/1",
        "  missing: evs:Encrypted",
        '  with the policies under report it would be: {"decision": "allow"}',
        "found:     warn size volume.size",
        "remark:    look",
        "mode:      passthrough",
        "scope:     s",
        'redactions: ["header:x-auth-token"]',
        "ended:     403 from gateway 0.9 ms",
        'request:   {"volume": {"name": "disk-12", "size": 40}}',
    ]


def test_a_write_shows_its_note_beside_its_end(tmp_path: Path) -> None:
    trail = trail_of(
        tmp_path, [{**ended(1), "stage": "received"}, ended(1, who=None, decision=None, outcome={"us": None})]
    )
    lines = said("show", "--trail", trail, "req-1")
    assert lines[0] == "req-1  complete  2025-11-24T16:00:01.000Z  (gw-1 2)"
    assert lines[1] == "who:       not known"
    assert "decision:  none (nobody had to decide)" in lines
    assert lines[-1].startswith("also: 2025-11-24T16:00:01.000Z")
    assert [record["seq"] for record in document("show", "--trail", trail, "req-1")] == [2, 1]


def test_a_request_of_unknown_end_says_so(tmp_path: Path) -> None:
    record = ended(1, stage="aborted", outcome={"status": None, "origin": "unknown", "us": None})
    assert "ended:     nobody knows how from unknown  ms" in shown(tmp_path, record)


def test_a_note_without_an_end_is_shown_by_itself(tmp_path: Path) -> None:
    assert shown(tmp_path, {**ended(1), "stage": "received"})[0].startswith("req-1  received")


def test_an_id_that_nobody_had_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no record has the id 'none'"):
        audit("show", "--trail", trail_of(tmp_path, [ended()]), "none")


def test_curl_asks_the_same_again(tmp_path: Path) -> None:
    record = denied(2, redactions=["header:x-auth-token", "body:name"])
    text = "\n".join(shown(tmp_path, record, "--curl", "--origin", "https://gw.example.com/"))
    command = text.splitlines()
    assert shlex.split(" ".join(line.rstrip("\\") for line in command[:2])) == [
        "curl",
        "-i",
        "-X",
        "POST",
        f"https://gw.example.com/v2/{PROJECT}/volumes",
        "-H",
        "X-Auth-Token: $TOKEN",
        "-H",
        "Content-Type: application/json",
        "--data-binary",
        '{"volume": {"name": "disk-12", "size": 40}}',
    ]
    assert command[2:] == ["# what was redacted is a placeholder: put in what belongs there"]


def test_curl_runs_nothing_that_a_client_wrote(tmp_path: Path) -> None:
    evil = ended(1, what={"target": "/v2/$(reboot)'`id`\\u000a;x", "method": "GET;reboot"})
    (line,) = shown(tmp_path, evil, "--curl")
    assert shlex.split(line)[:5] == ["curl", "-i", "-X", "GET", "http://127.0.0.1:8776/v2/$(reboot)'%60id%60%5Cu000a;x"]


def test_curl_says_that_a_body_is_not_in_the_trail(tmp_path: Path) -> None:
    lines = shown(tmp_path, ended(1, outcome={"bytes_in": 40}), "--curl")
    assert lines[1:] == ["# the trail does not hold the body of this request"]


def test_a_body_that_was_cut_is_not_passed_off_as_one(tmp_path: Path) -> None:
    body = b'{"volume": {"description": "' + b"x" * 50 + b'"}}'
    record = denied(1, body=kept("request", body, body[:30].decode() + "… (81 characters)"))
    assert shown(tmp_path, record, "--curl")[-1] == "# the trail does not hold the body of this request"


def test_a_body_of_several_lines_is_as_it_was(tmp_path: Path) -> None:
    body = b'{\n\t"volume": {}\n}'
    record = denied(1, body=kept("request", body, '{\\u000a\\u0009"volume": {}\\u000a}'), redactions=[])
    text = "\n".join(shown(tmp_path, record, "--curl"))
    assert shlex.split(text.replace("\\\n", " "))[-1] == body.decode()


def test_har_has_the_exchange_and_its_id(tmp_path: Path) -> None:
    answer = kept("response", b'{"error": {}}')
    har = json.loads("\n".join(shown(tmp_path, denied(2, body={"level": "request_response", **answer}), "--har")))
    (entry,) = har["log"]["entries"]
    assert (entry["request"]["method"], entry["request"]["url"]) == (
        "POST",
        f"http://127.0.0.1:8776/v2/{PROJECT}/volumes",
    )
    assert entry["request"]["postData"]["text"] == '{"volume": {"name": "disk-12", "size": 40}}'
    assert (entry["response"]["status"], entry["response"]["content"]["text"]) == (403, '{"error": {}}')
    assert {"name": "x-request-id", "value": "req-2"} in entry["response"]["headers"]
    assert entry["startedDateTime"] == "2025-11-24T16:00:01.988000+00:00"


def test_har_of_a_read_without_bodies_has_what_there_is(tmp_path: Path) -> None:
    record = ended(1, stage="aborted", outcome={"status": None}, recv_ms=None)
    record["from"] = {"ip": "10.0.0.7", "ua": None}
    record["what"] = {"method": None, "target": "volumes"}
    (entry,) = json.loads("\n".join(shown(tmp_path, record, "--har")))["log"]["entries"]
    assert (entry["request"]["url"], entry["request"]["headers"], entry["response"]["status"]) == (
        "http://127.0.0.1:8776/volumes",
        [],
        0,
    )
    assert DISK not in json.dumps(entry)

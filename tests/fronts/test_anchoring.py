"""Where anchors are said."""

from __future__ import annotations

import io
import json
import logging
import sys
import syslog
from pathlib import Path

import pytest

from gateway.audit.anchors import Signer
from gateway.audit.chain import Head
from gateway.fronts.anchoring import teller

ANCHOR = Signer(bytes(32)).anchor("gw", Head(3, "ab"), 9)
SAID = {"event": "audit anchor", "anchor": ANCHOR.as_json()}


def test_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        teller("log")(ANCHOR)
    (record,) = caplog.records
    assert (record.message, record.__dict__["fields"]) == ("audit anchor", {"anchor": ANCHOR.as_json()})


def test_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    teller("stdout")(ANCHOR)
    assert json.loads(capsys.readouterr().out) == SAID


def test_to_syslog(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, str]] = []
    monkeypatch.setattr(syslog, "syslog", lambda level, line: heard.append((level, line)))
    teller("syslog")(ANCHOR)
    ((level, line),) = heard
    assert (level, json.loads(line)) == (syslog.LOG_NOTICE | syslog.LOG_AUTH, SAID)


def test_into_a_file(tmp_path: Path) -> None:
    tell = teller(str(tmp_path / "anchors"))
    tell(ANCHOR)
    tell(ANCHOR)
    assert [json.loads(line) for line in (tmp_path / "anchors").read_text().splitlines()] == [SAID, SAID]


def test_a_file_that_takes_none_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    teller(str(tmp_path / "nowhere" / "anchors"))(ANCHOR)
    assert [record.message for record in caplog.records] == ["audit: an anchor is not said"]


def test_a_closed_stdout_does_not_stop_the_trail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    teller("stdout")(ANCHOR)
    assert [record.message for record in caplog.records] == ["audit: an anchor is not said"]

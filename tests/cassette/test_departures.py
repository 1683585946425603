"""What is taken down of a comparison."""

from __future__ import annotations

import pytest

from gateway.cassette import departures
from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.departures import Survey, in_words

TYPE = Departure("type", Weight.ERROR, "/a", "a string", "a number")
MORE = Departure("added", Weight.INFO, "/b", "absent", "a string")


def test_each_kind_is_told_once_the_heaviest_first() -> None:
    survey = Survey()
    survey.add("show", 3, (MORE,))
    survey.add("show", 4, (TYPE, MORE))
    assert survey.document() == {
        "answers": 2,
        "counts": {"error": 1, "warn": 0, "info": 2},
        "departures": [
            {
                "operation": "show",
                "severity": "error",
                "rule": "type",
                "where": "/a",
                "recorded": "a string",
                "live": "a number",
                "first": 4,
                "answers": 1,
            },
            {
                "operation": "show",
                "severity": "info",
                "rule": "added",
                "where": "/b",
                "recorded": "absent",
                "live": "a string",
                "first": 3,
                "answers": 2,
            },
        ],
    }
    assert survey.has_errors


def test_kinds_are_bounded_and_counts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures, "MOST_KINDS", 1)
    survey = Survey()
    survey.add("show", 1, (MORE, TYPE, MORE))
    assert [row["rule"] for row in survey.rows()] == ["added"]
    assert survey.counts == {Weight.ERROR: 1, Weight.WARN: 0, Weight.INFO: 2}


def test_rows_are_told_in_words() -> None:
    survey = Survey()
    survey.add("show", 4, (TYPE,))
    survey.add("list", 0, (MORE, MORE))
    assert [in_words(row) for row in survey.rows()] == [
        "error: show: /a: recorded a string, live a number [type], 1 answer, first exchange 4",
        "info: list: /b: recorded absent, live a string [added], 2 answers",
    ]

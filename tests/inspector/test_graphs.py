"""Graphs: well-formed whatever stands in them, with gaps, levels and moments."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.rollup import Share
from gateway.inspector.charts import Times, chart_of
from gateway.inspector.graphs import Graph, Line, graphs_of, nice_top, span_in_words

# What XML can hold; the rest never gets into a record.
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"), max_size=30)
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10**12), st.floats(0, 1e9)), max_size=20)


def parsed(graph: Graph) -> ET.Element:
    return ET.fromstring(graph.svg)


@given(TEXTS, TEXTS, VALUES)
def test_texts_stay_text_and_markup_stays_well_formed(title: str, name: str, values: list[float | None]) -> None:
    times = tuple(range(0, 60 * len(values), 60))
    root = parsed(Graph(name, title, "per <b>", times, (Line(name, title, tuple(values)),)))
    assert {each.tag for each in root.iter()} <= {"svg", "title", "line", "text", "path"}
    assert root.findtext("title") == f"{title} (per <b>)"
    assert [each.get("class") for each in root.iter("path")] == [f"line {name}"]
    assert not any(attribute in each.attrib for each in root.iter() for attribute in ("style", "onload"))


def test_a_line_is_lifted_at_gaps() -> None:
    root = parsed(Graph("a", "A", "s", (0, 60, 120, 180), (Line("a", "A", (0, 2, None, 1)),)))
    path = root.find("path")
    assert path is not None
    assert path.get("d") == "M56.0 156.0h0.1 L273.3 10.0 M708.0 83.0h0.1"


def test_levels_and_moments_are_written_beside() -> None:
    root = parsed(Graph("a", "A", "s", (0, 3600), (Line("a", "A", (0, 37)),)))
    assert [each.text for each in root.iter("text")] == ["0", "12.5", "25", "37.5", "50", "01-01 00:00", "01-01 01:00"]
    days = parsed(Graph("a", "A", "s", (0, 3 * 86_400), (Line("a", "A", (1, 2)),)))
    assert [each.text for each in days.iter("text")][-2:] == ["1970-01-01", "1970-01-04"]


def test_a_graph_of_nothing_has_levels_only() -> None:
    root = parsed(Graph("a", "A", "s", (), (Line("a", "A", ()),)))
    assert [each.text for each in root.iter("text")] == ["0", "0.25", "0.5", "0.75", "1"]


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (1.5, 2), (23, 25), (99, 100), (101, 200), (10**12, 10**12)])
def test_the_top_is_round_and_not_below(most: float, top: float) -> None:
    assert nice_top([0, most]) == top


@given(st.floats(0, 1e15))
def test_no_value_is_above_the_top(most: float) -> None:
    assert most <= nice_top([most]) <= max(1, most * 2.5 * (1 + 1e-9))


def test_a_chart_has_three_graphs() -> None:
    shares = ((Share(10, "", "allow", 200, "cloud", 10), 3), (Share(11, "", "deny", 403, "gateway", 5), 2))
    graphs = graphs_of(chart_of(shares, Times(10, 13, 1)))
    assert [(each.name, each.unit, [line.name for line in each.lines]) for each in graphs] == [
        ("requests", "per minute", ["requests"]),
        ("troubles", "per minute", ["denied", "invalid", "errors"]),
        ("latency", "ms, at most", ["p50_ms", "p95_ms"]),
    ]
    assert graphs[2].lines[0].values == (1.024, 0.032, None)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "minute"), (10, "10 minutes"), (60, "hour"), (180, "3 hours"), (1440, "day"), (2880, "2 days")],
)
def test_a_span_is_said_as_people_say_it(minutes: int, words: str) -> None:
    assert span_in_words(minutes) == words

"""A run is written and read again without loss, and drawn."""

from pathlib import Path

from benchmarks.cassette_size import Row as SizeRow
from benchmarks.measure import Footprint, Sample
from benchmarks.plot import draw
from benchmarks.results import Growth, Result, as_json, from_json

RESULT = Result(
    {
        ("direct", "get"): (Sample(60_000, 8, 1_000, 20, 40, 0), Sample(61_000, 8, 1_000, 21, 41, 0)),
        ("nginx-proxy", "get"): (Sample(50_000, 16, 1_000, 120, 140, 0), Sample(51_000, 16, 1_000, 121, 141, 0)),
        ("gateway-passthrough", "get"): (Sample(9_000, 90, 4_000, 200, 400, 0), Sample(9_100, 91, 4_000, 201, 401, 0)),
    },
    {"gateway-passthrough": Footprint(700.0, 60.0, 75.0)},
    (SizeRow("**gateway**", 100, 0.001, 80.0, 10, 9_000.0, 90.0, 0.5),),
    (Growth(10_000, 70.0),),
)


def test_a_run_is_read_as_it_was_written():
    assert from_json(as_json(RESULT, {"kernel": "Linux 6"})) == (RESULT, {"kernel": "Linux 6"})


def test_a_run_is_drawn_in_the_form_that_each_name_says(tmp_path: Path):
    svg, png = tmp_path / "run.svg", tmp_path / "run.png"
    draw(RESULT, svg, png)
    assert b"<svg" in svg.read_bytes()
    assert png.read_bytes().startswith(b"\x89PNG")

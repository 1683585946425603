"""How a run stands to what the project set itself."""

from benchmarks.cassette_size import Row as SizeRow
from benchmarks.goals import GOALS, Goal, Row
from benchmarks.measure import Sample
from benchmarks.results import Growth, Result


def sample(rate: float, cpu_us: float = 10, p50_us: float = 100) -> tuple[Sample, ...]:
    return (Sample(rate, cpu_us, busy_p99_us=0, alone_p50_us=p50_us, alone_p99_us=0, errors=0),)


def goal(what: str) -> Goal:
    return next(each for each in GOALS if each.what.startswith(what))


def size(exchanges: int, disks: int, rate: float, start_s: float = 0.4) -> SizeRow:
    return SizeRow("**gateway**", exchanges, 0.0, 0.0, disks, rate, 0.0, start_s)


def test_a_ratio_stands_with_the_processor_time_beside_it():
    result = Result(
        {("gateway-passthrough", "get"): sample(20_000, 50), ("nginx-proxy", "get"): sample(50_000, 16)},
    )
    assert goal("pass-through").row(result) == Row(
        "pass-through of a GET, of nginx `proxy_pass`", "0.40", "0.30", "0.50", "50.0 µs, 3.12 times", "floor"
    )


def test_what_was_not_measured_has_no_row():
    assert [goal for goal in GOALS if goal.row(Result({})) is not None] == []


def test_added_latency_is_what_a_server_adds_to_the_origin():
    result = Result(
        {
            ("direct", "get"): sample(1, p50_us=20),
            ("nginx-proxy", "get"): sample(1, p50_us=120),
            ("gateway-passthrough", "get"): sample(1, p50_us=220),
        }
    )
    row = goal("added latency").row(result)
    assert row is not None
    assert (row.measured, row.verdict) == ("2.00", "floor")


def test_the_large_cassette_is_held_to_the_medium_one_with_all_disks_of_each():
    sizes = (
        size(10_000, 10, 9_000),
        size(10_000, 1_000, 8_000),
        size(1_000_000, 10, 9),
        size(1_000_000, 100_000, 4_000),
    )
    result = Result({}, sizes=sizes)
    row, start = goal("replay of random disks").row(result), goal("seconds until ready").row(result)
    assert row is not None
    assert start is not None
    assert (row.measured, row.verdict, start.verdict) == ("0.50", "short", "**aim**")


def test_memory_and_its_growth_shall_be_small():
    result = Result({}, growth=(Growth(10_000, 70.0), Growth(1_000_000, 75.0)))
    rows = [goal(what).row(result) for what in ("MiB while", "MiB more")]
    assert [(row.measured, row.verdict) for row in rows if row] == [("75.0", "**aim**"), ("5.00", "**aim**")]

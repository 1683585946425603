"""The arithmetic of the report: medians, ranges, ratios, and what a server adds."""

from benchmarks.figures import Figure, Series, added, figure, ratio
from benchmarks.measure import Sample


def sample(rate: float, *, p50_us: float = 0, errors: int = 0) -> Sample:
    return Sample(
        requests_per_s=rate,
        cpu_us_per_request=0,
        busy_p99_us=0,
        alone_p50_us=p50_us,
        alone_p99_us=0,
        errors=errors,
    )


def series(*samples: Sample) -> Series:
    return Series(samples)


def rate(measured: Sample) -> float:
    return measured.requests_per_s


def p50(measured: Sample) -> float:
    return measured.alone_p50_us


def test_a_figure_is_the_median_with_the_range():
    assert figure([30.0, 10.0, 50.0]) == Figure(median=30.0, low=10.0, high=50.0)


def test_an_even_number_of_rounds_has_the_middle_of_two_as_its_median():
    assert figure([10.0, 20.0, 40.0, 90.0]) == Figure(median=30.0, low=10.0, high=90.0)


def test_a_ratio_is_the_quotient_of_the_medians_not_the_median_of_quotients():
    over = series(sample(10), sample(20), sample(90))
    under = series(sample(100), sample(40), sample(30))
    assert ratio(over, under, rate) == 0.5


def test_one_error_in_one_round_takes_a_series_out_of_every_ratio():
    sound = series(sample(10), sample(20))
    flawed = series(sample(10), sample(20, errors=1))
    assert flawed.errors == 1
    assert ratio(flawed, sound, rate) is None
    assert ratio(sound, flawed, rate) is None


def test_nothing_is_compared_with_what_was_not_measured():
    assert ratio(series(sample(10)), series(), rate) is None


def test_nothing_is_divided_by_zero():
    assert ratio(series(sample(10)), series(sample(0)), rate) is None


def test_added_latency_is_taken_round_by_round():
    server = series(sample(1, p50_us=110), sample(1, p50_us=250), sample(1, p50_us=130))
    direct = series(sample(1, p50_us=10), sample(1, p50_us=100), sample(1, p50_us=20))
    assert added(server, direct, p50) == Figure(median=110, low=100, high=150)


def test_nothing_is_added_to_an_origin_with_errors():
    direct = series(sample(1, errors=1))
    assert added(series(sample(1)), direct, p50) is None

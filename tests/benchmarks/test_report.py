"""The report as Markdown, over a toy contest of two servers."""

from benchmarks.measure import Sample
from benchmarks.peers import Contest, Peer, Place
from benchmarks.report import Result, report
from benchmarks.workloads import GET


def nothing(_: Place) -> list[str]:
    return []


CONTEST = Contest(
    "Toys",
    base="plain",
    peers=(Peer("plain", "plain toy", "toy", nothing), Peer("ours", "our toy", "gateway", nothing)),
    workloads=(GET,),
    note="create is left out.",
)


def sample(rate: float, cpu_us: float, p50_us: float, errors: int = 0) -> Sample:
    return Sample(rate, cpu_us, busy_p99_us=2000, alone_p50_us=p50_us, alone_p99_us=p50_us, errors=errors)


def toys(errors: int = 0) -> Result:
    return Result(
        {
            ("direct", "get"): [sample(50_000, 8, 40)],
            ("plain", "get"): [sample(40_000, 20, 100)],
            ("ours", "get"): [sample(10_000, 80, 190, errors)],
        }
    )


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith(start)]


def test_the_overview_and_the_ratios_say_how_ours_stands_to_the_peer():
    assert lines(report(toys(), [CONTEST], {}), "| our toy") == [
        "| our toy | 10,000 | 0.25 | 80.0 | 4.00 | 150 | 2.00 | - | - | 0 |",
        "| our toy | 0.25 |",
        "| our toy | 0.25 |",
    ]


def test_a_server_with_errors_is_marked_and_not_compared():
    assert lines(report(toys(errors=3), [CONTEST], {}), "| our toy") == [
        "| our toy (**has errors**, not compared) | 10,000 | - | 80.0 | - | - | 2.00 | - | - | 3 |",
        "| our toy | - |",
        "| our toy | - |",
    ]


def test_every_figure_stands_with_its_range():
    samples = {
        ("direct", "get"): [sample(50_000, 8, 40), sample(40_000, 9, 50), sample(45_000, 8.5, 45)],
        ("ours", "get"): [sample(9_000, 80, 190), sample(8_000, 90, 210), sample(10_000, 85, 200)],
    }
    assert lines(report(Result(samples), [CONTEST], {}), "| ours") == [
        "| ours | get | 9,000 (8,000 to 10,000) | 85.0 (80.0 to 90.0) | 200 (190 to 210) | 155 (150 to 160) "
        "| 155 (150 to 160) | 2.00 (2.00 to 2.00) | 0 |"
    ]


def test_a_server_that_was_not_measured_has_no_figures():
    assert lines(report(Result({}), [CONTEST], {}), "| plain |") == ["| plain | get | - | - | - | - | - | - | - |"]


def test_the_report_carries_the_note_and_the_facts():
    text = report(toys(), [CONTEST], {"kernel": "Linux 6"})
    assert "\n\ncreate is left out.\n\n" in text
    assert text.endswith("- kernel: Linux 6\n")

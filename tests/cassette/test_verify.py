"""What a recording's exchanges mean against a contract; both judges are plain functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.cassette.verify import Part, Remark, Tally, Weight, verify
from gateway.contract.model import Match, Severity
from gateway.http.messages import Headers, Request, Response

P = "40acc331ac784f34842ba4f08ff2be48"
EXCHANGE = Exchange(
    "cinder_create_volume",
    Request(
        "POST",
        f"/v2/{P}/volumes".encode(),
        ((b"content-type", b"application/json"),),
        b'{"volume":{"size":1,"names":["a"],"key":"redacted-password-0123456789ab"}}',
    ),
    Response(202, (), b"{}"),
    1.0,
    2.0,
    seq=7,
)


@dataclass(frozen=True)
class Finding:
    rule: str = "range"
    severity: Severity = Severity.REJECT
    where: str = "/volume/size"
    limit: str = "10 to 32768"
    found: str = "1"
    source: str = "4.1"


@dataclass(frozen=True)
class Drift:
    where: str
    severity: str = "warn"
    rule: str = "type"
    expected: str = "a string"
    found: str = "a number"
    source: str = "4.1"


def told(exchanges: list[Exchange], finding: Finding | None = None, drift: Drift | None = None) -> Tally:
    def request(match: Match, has_body: bool, headers: Headers) -> list[Finding]:
        return [finding] if finding else []

    def answer(match: Match, response: Response) -> list[Drift]:
        return [drift] if drift else []

    return verify(exchanges, request, answer)


def weights(tally: Tally) -> list[tuple[str, str]]:
    return [(each.rule, each.weight.value) for each in tally.first.values()]


def test_what_fits_leaves_no_remark() -> None:
    tally = told([EXCHANGE])
    assert (tally, tally.has_drifted) == (Tally(1), False)


def test_a_request_that_only_the_contract_refuses_is_a_drift() -> None:
    tally = told([EXCHANGE], Finding())
    (remark,) = tally.first.values()
    assert remark == Remark(
        7,
        "cinder_create_volume",
        Part.REQUEST,
        Weight.WARN,
        "range",
        "/volume/size",
        "10 to 32768",
        "1",
        "4.1",
    )
    assert tally.has_drifted


def test_a_request_that_both_refused_is_agreement() -> None:
    assert weights(told([replace(EXCHANGE, response=Response(400))], Finding())) == []


def test_what_the_contract_is_not_sure_of_is_information() -> None:
    tally = told([EXCHANGE], Finding(severity=Severity.WARN))
    assert (weights(tally), tally.has_drifted) == ([("range", "info")], False)


@pytest.mark.parametrize(
    ("where", "is_told"),
    [
        ("/volume/key", False),
        ("/volume/names/0", True),
        ("/volume/names/9", True),
        ("/volume/size/x", True),
        ("query:limit", True),
    ],
)
def test_what_redaction_removed_is_not_judged(where: str, is_told: bool) -> None:
    assert bool(told([EXCHANGE], Finding(where=where)).first) is is_told


def test_a_kind_of_remark_is_told_once_and_counted() -> None:
    other = replace(EXCHANGE, seq=9)
    tallies = [told([EXCHANGE, other], drift=Drift(where)) for where in ("/volumes/0/size", "/volumes/12/size")]
    assert [list(tally.count.values()) for tally in tallies] == [[2], [2]]
    assert list(tallies[0].first) == list(tallies[1].first)
    (remark,) = tallies[0].first.values()
    assert (remark.seq, remark.part, remark.where) == (7, Part.ANSWER, "/volumes/0/size")


def test_a_withheld_answer_is_not_judged() -> None:
    withheld = replace(EXCHANGE, response=Response(202), redactions=("withheld",))
    assert weights(told([withheld], drift=Drift("body"))) == []


def test_an_operation_that_is_another_one_now_is_a_drift() -> None:
    assert weights(told([replace(EXCHANGE, operation="evs_create_volumes")])) == [("operation", "warn")]
    assert weights(told([replace(EXCHANGE, operation=UNDOCUMENTED)])) == [("operation", "info")]


@pytest.mark.parametrize(("operation", "weight"), [(UNDOCUMENTED, "info"), ("cinder_create_volume", "warn")])
def test_a_request_outside_the_contract_weighs_by_what_it_was(operation: str, weight: str) -> None:
    outside = replace(EXCHANGE, operation=operation, request=Request("GET", b"/v9/else"))
    refused = replace(EXCHANGE, operation=operation, request=Request("BREW", b"/"))
    assert weights(told([outside])) == [("undocumented", weight)]
    assert weights(told([refused])) == [("inadmissible", weight)]


def test_aliases_are_ids() -> None:
    aliased = replace(EXCHANGE, request=EXCHANGE.request.with_target(b"/v2/<project:1>/volumes"))
    assert weights(told([aliased])) == []

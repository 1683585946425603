"""What a visit to a door says, in words that say what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.cli.doctor.verdicts import Ended, Verdict, Visit, distrust, surroundings, verdicts

AT = 1_772_532_000.0
DATE = "Tue, 03 Mar 2026 10:00:00 GMT"
ANSWERED = Visit("public", "http://gw:1", Ended.ANSWERED, AT, status=200, date=DATE)
FORWARD = Visit("forward", "http://gw:2", Ended.REFUSED, AT, host="evs.example.com", ca="/ca.pem")


def told(visit: Visit) -> list[Verdict]:
    return list(verdicts(visit))


def test_an_answer_of_the_cloud_is_well() -> None:
    assert told(ANSWERED) == [Verdict("public", True, "http://gw:1 answers, and so does what is behind it (HTTP 200)")]


def test_a_miss_is_an_answer() -> None:
    [verdict] = told(replace(ANSWERED, status=424, date="", proxy_status="evs-gateway; error=proxy_internal_response"))
    assert (verdict.is_well, "answers from a cassette" in verdict.says) == (True, True)


@pytest.mark.parametrize(
    ("status", "proxy_status", "says"),
    [
        (
            502,
            'evs-gateway; error=connection_refused; details="the upstream cannot be reached"',
            "the upstream cannot be",
        ),
        (504, "evs-gateway; error=connection_timeout", "connection_timeout"),
        (401, 'evs-gateway; error=http_request_denied; details="no \\"token\\""', 'refuses (HTTP 401): no \\"token'),
    ],
)
def test_what_the_gateway_says_itself_is_passed_on(status: int, proxy_status: str, says: str) -> None:
    [verdict] = told(replace(ANSWERED, status=status, proxy_status=proxy_status))
    assert not verdict.is_well
    assert says in verdict.says


@pytest.mark.parametrize(("off", "says"), [(-301, "301 s behind the cloud's"), (400, "400 s ahead of the cloud's")])
def test_a_clock_that_is_off_is_said(off: int, says: str) -> None:
    assert says in told(replace(ANSWERED, at=AT + off))[-1].says


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_date_says_nothing_about_the_clock(date: str) -> None:
    assert len(told(replace(ANSWERED, date=date, at=0.0))) == 1


@pytest.mark.parametrize(
    ("visit", "says"),
    [
        (
            replace(FORWARD, ended=Ended.UNREACHABLE, detail="Connection refused"),
            "is `evs-gateway serve` running there?",
        ),
        (replace(FORWARD, status=407), "wants a user; give --user"),
        (replace(FORWARD, status=403), "evs.example.com is not listed; start the gateway with --forward-host"),
        (replace(FORWARD, status=500), "gave no answer that can be read (500)"),
        (replace(FORWARD, ended=Ended.UNTRUSTED, detail="self-signed"), "is not trusted with /ca.pem (self-signed)"),
        (
            replace(FORWARD, ended=Ended.BROKEN, detail="BadStatusLine"),
            "gave no answer that can be read (BadStatusLine)",
        ),
    ],
)
def test_trouble_is_said_with_what_to_do(visit: Visit, says: str) -> None:
    [verdict] = told(visit)
    assert (verdict.door, verdict.is_well) == ("forward", False)
    assert says in verdict.says


def around(environment: dict[str, str]) -> list[str]:
    return [each.says for each in surroundings(environment, "http://gw:2", "evs.example.com")]


def test_a_shell_that_goes_elsewhere_is_said() -> None:
    assert around({"HTTPS_PROXY": "http://me:secret@corp:8080/"}) == [
        "HTTPS_PROXY is http://corp:8080/: clients of this shell go there, not to http://gw:2"
    ]
    assert around({"https_proxy": "http://w1:x@gw:2/", "HTTPS_PROXY": "http://corp"}) == []


@pytest.mark.parametrize(
    ("spared", "is_past"),
    [
        ("example.com", True),
        (".example.com, other", True),
        ("evs.example.com", True),
        ("*", True),
        ("", False),
        ("ample.com", False),
        ("other.org", False),
    ],
)
def test_hosts_that_clients_ask_without_a_proxy_are_said(spared: str, is_past: bool) -> None:
    assert bool(around({"HTTPS_PROXY": "http://gw:2", "NO_PROXY": spared})) is is_past
    assert around({"NO_PROXY": spared}) == []


def test_a_bundle_without_the_authority_is_said() -> None:
    said = "OS_CACERT is /b.pem, which does not trust the gateway's authority; set it to /ca.pem"
    assert distrust("OS_CACERT", "/b.pem", "/ca.pem") == Verdict("forward", False, said)

"""Who gets to a page, and the headers that it goes out with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gateway.fronts.inspector.guard import HEADERS, POLICY
from tests.audit.records import ended
from tests.fronts.inspector.visiting import AWAY, ELSEWHERE, HOME, TOKEN, looking

TOKENS = {"tokens": [{"name": "alice", "sha256": hashlib.sha256(TOKEN.encode()).hexdigest()}]}


def test_on_loopback_nobody_is_asked_for_a_name(tmp_path: Path) -> None:
    with looking(tmp_path, [ended()]) as looked:
        answers = [looked.get("/inspector/", host=host) for host in ("127.0.0.1:8777", "localhost:8777", "[::1]")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize("path", ["/inspector/", "/inspector/static/inspector.css", "/inspector/nowhere"])
def test_every_answer_has_the_headers_that_keep_pages_in(tmp_path: Path, path: str) -> None:
    with looking(tmp_path) as looked:
        answer = looked.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("host", ["evil.example.com:8777", "127.0.0.1.example.com", "", "[::2]"])
def test_a_name_that_was_made_to_lead_here_is_refused(tmp_path: Path, host: str) -> None:
    with looking(tmp_path) as looked:
        rebound = looked.get("/inspector/", host=host)
    assert (rebound.status_code, "by an address of this machine" in rebound.text) == (421, True)


def test_from_elsewhere_nobody_looks_where_there_are_no_tokens(tmp_path: Path) -> None:
    with looking(tmp_path) as looked:
        answer = looked.get("/inspector/", AWAY, ELSEWHERE)
    assert (answer.status_code, "[inspector] tokens" in answer.text) == (403, True)


def test_what_a_proxy_passed_on_is_from_elsewhere(tmp_path: Path) -> None:
    with looking(tmp_path) as looked:
        assert looked.get("/inspector/", x_forwarded_for="127.0.0.1").status_code == 403


def test_from_elsewhere_a_page_leads_to_the_login_and_back(tmp_path: Path) -> None:
    with looking(tmp_path, inspector=TOKENS) as looked:
        led = looked.get("/inspector/?status=403", AWAY, ELSEWHERE, accept="text/html")
        bare = looked.get("/inspector/exchange/x", AWAY, ELSEWHERE, accept="text/html")
        program = looked.get("/inspector/tail", AWAY, ELSEWHERE)
    assert (led.status_code, led.headers["location"]) == (303, "/inspector/login?next=%2Finspector%2F%3Fstatus%3D403")
    assert bare.headers["location"] == "/inspector/login?next=%2Finspector%2Fexchange%2Fx"
    assert program.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"},
    ],
    ids=["an image", "a script"],
)
def test_a_page_of_another_origin_gets_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    with looking(tmp_path) as looked:
        assert looked.get("/inspector/tail", **headers).status_code == 403


def test_a_link_of_another_origin_leads_here(tmp_path: Path) -> None:
    with looking(tmp_path) as looked:
        answer = looked.get("/inspector/login", sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 403),
        ({"origin": HOME, "sec_fetch_site": "same-origin"}, 403),
    ],
    ids=["origin", "null", "site", "own"],
)
def test_a_form_of_another_origin_is_refused_before_it_is_read(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    with looking(tmp_path) as looked:
        answer = looked.post("/inspector/login", {}, **headers)
    is_ours = "This form is too old" in answer.text
    assert (answer.status_code, is_ours) == (status, headers.get("origin") == HOME)


def test_a_mapped_address_of_loopback_is_loopback(tmp_path: Path) -> None:
    with looking(tmp_path) as looked:
        answer = looked.get("/inspector/login", "http://[::1]:8777", ("::ffff:127.0.0.1", 5))
        nowhere = looked.get("/inspector/login", "http://name:8777", ("a socket", 5))
    assert (answer.status_code, nowhere.status_code) == (200, 200)

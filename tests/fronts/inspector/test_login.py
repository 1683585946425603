"""Login by token, sessions, and what of it stands in the trail."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from gateway.fronts.inspector.guard import COOKIE
from gateway.inspector.visitors import SESSION_S
from tests.audit.records import ended
from tests.fronts.inspector.visiting import AWAY, ELSEWHERE, TOKEN, VIEWER, Looked, looking


@pytest.fixture
def looked(tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "alice").write_text(f"{TOKEN}\n")
    tokens = [
        {"name": "alice", "file": tmp_path / "alice", "rights": ["view", "bodies"]},
        {"name": "bob", "env": "EVS_TEST_INSPECTOR_TOKEN"},
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVS_TEST_INSPECTOR_TOKEN", VIEWER)
        with looking(tmp_path, [ended()], inspector={"tokens": tokens}) as looked:
            yield looked


def form_of(looked: Looked) -> str:
    page = looked.get("/inspector/login", AWAY, ELSEWHERE)
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def logged_in(looked: Looked, token: str, after: str = "/inspector/") -> httpx.Response:
    form = {"form": form_of(looked), "token": token, "next": after}
    return looked.post("/inspector/login", form, AWAY, ELSEWHERE)


def cookie_of(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def test_a_token_begins_a_session(looked: Looked) -> None:
    answer = logged_in(looked, TOKEN, "/inspector/?status=403")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inspector/?status=403")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/inspector", f"Max-Age={SESSION_S}"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    page = looked.get("/inspector/", AWAY, ELSEWHERE, cookie=cookie_of(answer))
    assert (page.status_code, "Log out" in page.text, "alice" in page.text) == (200, True, True)
    assert looked.noted == [("inspector:login", {"principal": "alice", "ip": "10.0.0.9", "outcome": "let in"})]
    assert TOKEN not in f"{looked.noted}{answer.headers}{page.text}"


def test_behind_tls_a_cookie_is_for_tls(looked: Looked) -> None:
    form = {"form": form_of(looked), "token": VIEWER}
    answer = looked.post("/inspector/login", form, AWAY, ELSEWHERE, x_forwarded_proto="https")
    assert "; Secure" in answer.headers["set-cookie"]


def test_a_wrong_token_is_refused_noted_and_slowed_down(looked: Looked) -> None:
    statuses = [logged_in(looked, f"wrong-{number}").status_code for number in range(6)]
    assert statuses == [403] * 5 + [429]
    assert logged_in(looked, TOKEN).status_code == 429
    assert looked.noted == [("inspector:login", {"principal": None, "ip": "10.0.0.9", "outcome": "refused"})] * 5
    looked.now += 61
    assert logged_in(looked, TOKEN).status_code == 303


def test_a_form_that_is_not_ours_logs_nobody_in(looked: Looked) -> None:
    for form in ("", "x.y", form_of(looked) + "0"):
        answer = looked.post("/inspector/login", {"form": form, "token": TOKEN}, AWAY, ELSEWHERE)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    old = form_of(looked)
    looked.now += 3601
    assert looked.post("/inspector/login", {"form": old, "token": TOKEN}, AWAY, ELSEWHERE).status_code == 403


def test_a_form_that_is_too_long_is_not_read(looked: Looked) -> None:
    form = {"form": form_of(looked), "token": TOKEN, "more": "x" * 20_000}
    assert looked.post("/inspector/login", form, AWAY, ELSEWHERE).status_code == 403


@pytest.mark.parametrize("after", ["//evil.example.com", "https://evil.example.com", "/inspector//x", "/scopes", ""])
def test_a_login_leads_to_our_own_pages_alone(looked: Looked, after: str) -> None:
    assert logged_in(looked, TOKEN, after).headers["location"] == "/inspector/"


def test_a_session_ends_with_its_time(looked: Looked) -> None:
    cookie = cookie_of(logged_in(looked, TOKEN))
    looked.now += SESSION_S + 1
    assert looked.get("/inspector/", AWAY, ELSEWHERE, cookie=cookie).status_code == 401


def test_a_session_is_left_by_its_own_form(looked: Looked) -> None:
    cookie = cookie_of(logged_in(looked, TOKEN))
    page = looked.get("/inspector/", AWAY, ELSEWHERE, cookie=cookie)
    foreign = looked.post("/inspector/logout", {"form": "x"}, AWAY, ELSEWHERE, cookie=cookie)
    assert (foreign.status_code, looked.get("/inspector/", AWAY, ELSEWHERE, cookie=cookie).status_code) == (403, 200)
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    left = looked.post("/inspector/logout", {"form": found[1]}, AWAY, ELSEWHERE, cookie=cookie)
    assert (left.status_code, left.headers["location"]) == (303, "/inspector/login")
    assert looked.get("/inspector/", AWAY, ELSEWHERE, cookie=cookie).status_code == 401

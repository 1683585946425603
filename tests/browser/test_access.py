"""Who may look: loopback without a login, everybody else by token and with their own rights, no page of another origin.

That somebody is elsewhere is said as a proxy would say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import ELSEWHERE, REBOUND
from tests.browser.gateways import Inspected, inspected
from tests.browser.story import Told
from tests.browser.views import ROWS, VIEWS
from tests.browser.watching import watched

EVE = "eve-may-see-what-happened-4c1d"
OLGA = "olga-may-see-what-was-said-8f2e"
FAR = {"X-Forwarded-For": "203.0.113.7"}
DENIED = "/inspector/?decision=deny"
_TOKENS = """
[[inspector.tokens]]
name = "eve"
file = "{eve}"

[[inspector.tokens]]
name = "olga"
file = "{olga}"
rights = ["view", "bodies"]
"""


@pytest.fixture(scope="module")
def guarded(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspected]:
    folder: Path = tmp_path_factory.mktemp("tokens")
    files = {"eve": folder / "eve", "olga": folder / "olga"}
    files["eve"].write_text(EVE)
    files["olga"].write_text(OLGA)
    settings = folder / "settings.toml"
    settings.write_text(told.settings.read_text("utf-8") + _TOKENS.format(**files), "utf-8")
    with inspected(told, settings) as gateway:
        yield gateway


def log_in(page: Page, token: str) -> None:
    page.locator("#token").fill(token)
    page.locator("#login button").click()


def test_on_loopback_nobody_logs_in(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/inspector/$"))
    expect(page.locator("#login")).to_have_count(0)


def test_from_elsewhere_a_token_leads_to_what_was_asked_for(browser: Browser, guarded: Inspected) -> None:
    with watched(browser, guarded.page, extra_http_headers=FAR) as (page, seen):
        page.goto(DENIED)
        expect(page).to_have_url(re.compile("/inspector/login"))
        log_in(page, "a-token-that-nobody-was-given")
        expect(page.locator("#fault")).to_have_text("Nobody has this token.")
        [said] = seen.forget_console()
        assert "403" in said
        log_in(page, EVE)
        page.wait_for_url(f"**{DENIED}")
        assert page.locator(ROWS).count() == 10
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/inspector")
        assert not any(EVE in url for url in seen.requests)
        page.get_by_role("button", name="Log out").click()
        page.goto(DENIED)
        expect(page).to_have_url(re.compile("/inspector/login"))


def test_tokens_stand_in_no_log_and_no_record(browser: Browser, guarded: Inspected) -> None:
    with watched(browser, guarded.page, extra_http_headers=FAR) as (page, _):
        page.goto(DENIED)
        log_in(page, OLGA)
        page.wait_for_url(f"**{DENIED}")
        page.goto("/inspector/?action=inspector:login")
        expect(page.locator(ROWS, has_text="olga").first).to_contain_text("let in")
    written = b"".join(file.read_bytes() for file in (guarded.told.data / "audit").iterdir()) + guarded.log.read_bytes()
    assert [token for token in (EVE, OLGA) if token.encode() in written] == []


def test_without_the_right_bodies_are_not_shown(browser: Browser, guarded: Inspected) -> None:
    with watched(browser, guarded.page, extra_http_headers=FAR) as (page, _):
        page.goto(DENIED)
        log_in(page, EVE)
        page.wait_for_url(f"**{DENIED}")
        VIEWS["invalid"].open(page)
        expect(page.locator("#request")).to_contain_text("Your token does not give the right to see bodies.")
        assert "99999" not in page.locator("#request").inner_text() + page.locator("#curl").input_value()
        expect(page.locator("#har")).to_have_count(0)
        refused = page.request.get(f"{page.url}/har")
        assert refused.status == 403


def test_with_the_right_a_look_at_a_body_is_recorded_by_name(browser: Browser, guarded: Inspected) -> None:
    with watched(browser, guarded.page, extra_http_headers=FAR) as (page, _):
        page.goto(DENIED)
        log_in(page, OLGA)
        page.wait_for_url(f"**{DENIED}")
        VIEWS["invalid"].open(page)
        expect(page.locator("#request")).to_contain_text("99999")
        exchange = page.url.rpartition("/")[2]
        page.goto("/inspector/?action=inspector:bodies:read")
        looks = page.locator(ROWS, has_text="olga").filter(has_text=exchange)
        expect(looks).to_have_count(1)


@pytest.fixture
def logged_in(browser: Browser, guarded: Inspected) -> Iterator[BrowserContext]:
    """A browser in which Eve has logged in. It is not watched: it goes to other places."""
    context = browser.new_context(base_url=guarded.page, extra_http_headers=FAR)
    page = context.new_page()
    page.goto("/inspector/login")
    log_in(page, EVE)
    page.wait_for_url("**/inspector/")
    yield context
    context.close()


def test_a_page_of_another_origin_cannot_log_anybody_out(logged_in: BrowserContext, guarded: Inspected) -> None:
    page = logged_in.pages[0]
    trap = f'<form method="post" action="{guarded.page}/inspector/logout"><button>A prize</button></form>'
    page.route(f"http://{ELSEWHERE}/", lambda route: route.fulfill(content_type="text/html", body=trap))
    page.goto(f"http://{ELSEWHERE}/")
    with page.expect_navigation() as navigation:
        page.locator("button").click()
    assert navigation.value.status == 403
    page.goto(DENIED)
    expect(page).to_have_url(re.compile(r"decision=deny"))
    assert page.locator(ROWS).count() == 10


def test_a_form_without_its_word_changes_nothing(logged_in: BrowserContext, guarded: Inspected) -> None:
    page = logged_in.pages[0]
    page.evaluate("() => document.querySelector('form.who input[name=form]').value = 'made up'")
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name="Log out").click()
    assert navigation.value.status == 403
    page.goto("/inspector/")
    expect(page.locator("form.who")).to_contain_text("eve")


def test_a_name_that_was_led_to_this_machine_is_refused(browser: Browser, served: Inspected) -> None:
    """DNS rebinding: a page of that name would be of the same origin as the answer."""
    context = browser.new_context()
    port = httpx.URL(served.page).port
    answer = context.new_page().goto(f"http://{REBOUND}:{port}/inspector/")
    assert answer is not None
    assert (answer.status, "Exchanges" in answer.text()) == (421, False)
    context.close()


def test_who_guesses_tokens_has_to_wait(guarded: Inspected) -> None:
    with httpx.Client(base_url=guarded.page, headers={"X-Forwarded-For": "198.51.100.9"}, trust_env=False) as http:
        form = re.search(r'name="form" value="([^"]+)"', http.get("/inspector/login").text)
        assert form is not None
        tries = [http.post("/inspector/login", data={"form": form[1], "token": f"guess-{n}"}) for n in range(7)]
    assert [answer.status_code for answer in tries][-1] == 429


def test_every_view_has_the_strict_policy(page: Page) -> None:
    policies = set()
    page.on("response", lambda answer: policies.add(answer.headers.get("content-security-policy")))
    for view in VIEWS.values():
        view.open(page)
    assert policies == {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    }

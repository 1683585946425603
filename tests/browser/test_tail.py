"""The live tail: what comes while a page is open, and what is not lost while it is not connected."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.gateways import Inspected
from tests.browser.relay import relayed
from tests.browser.watching import watched

LIST = "/inspector/"
COME_MS = 5000
_NUMBERS = count(101)


def asked(served: Inspected, person: str) -> str:
    """Ask for a list that nobody asked for before, and return what only this request has."""
    limit = f"limit={next(_NUMBERS)}"
    assert served.ask(person, "GET", f"/v2/{{p}}/volumes/detail?{limit}").status_code == 424
    return limit


def row_of(page: Page, target: str) -> Locator:
    """Return the row of the request that has this in its target."""
    return page.locator("#exchanges tr", has_text=target)


def followed(page: Page, path: str = LIST) -> None:
    """Open a list, and wait until it follows."""
    with page.expect_response(lambda answer: "/inspector/tail" in answer.url and answer.status == 200):
        page.goto(path)
    expect(page.locator("#tail")).to_have_attribute("data-state", "live")


def test_a_request_made_while_the_page_is_open_appears(page: Page, served: Inspected) -> None:
    followed(page)
    row = row_of(page, asked(served, "bob"))
    expect(row).to_have_count(1, timeout=COME_MS)
    for text in ("bob", "cinder_list_volumes_detail", "allow", "424"):
        expect(row).to_contain_text(text)


def test_what_the_filters_leave_out_does_not_appear(page: Page, served: Inspected) -> None:
    followed(page, f"{LIST}?principal=carol")
    other, own = asked(served, "bob"), asked(served, "carol")
    expect(row_of(page, own)).to_have_count(1, timeout=COME_MS)
    expect(row_of(page, other)).to_have_count(0)


def test_a_pause_holds_what_comes_until_it_ends(page: Page, served: Inspected) -> None:
    followed(page)
    page.locator("#tail-pause").click()
    expect(page.locator("#tail")).to_have_attribute("data-state", "paused")
    held = asked(served, "carol")
    expect(page.locator("#tail-pause")).to_have_text("Resume (1 new)", timeout=COME_MS)
    expect(row_of(page, held)).to_have_count(0)
    page.locator("#tail-pause").click()
    expect(row_of(page, held)).to_have_count(1, timeout=COME_MS)


def test_what_came_while_the_connection_was_down_comes_after_it_once(browser: Browser, served: Inspected) -> None:
    with relayed(served.page) as relay, watched(browser, relay.url) as (page, seen):
        followed(page)
        before = asked(served, "alice")
        expect(row_of(page, before)).to_have_count(1, timeout=COME_MS)
        relay.cut()
        expect(page.locator("#tail")).not_to_have_attribute("data-state", "live")
        meanwhile = asked(served, "alice")
        relay.mend()
        expect(row_of(page, meanwhile)).to_have_count(1, timeout=2 * COME_MS)
        expect(row_of(page, before)).to_have_count(1)
        # The browser tells of a connection that failed; nothing else may stand in the console.
        assert all("net::ERR_" in each for each in seen.forget_console())
    assert b"last-event-id:" in b"".join(relay.asked).lower()

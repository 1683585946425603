"""Strings that clients send stay text on every page that shows them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hostile
from tests.browser.gateways import Inspected
from tests.browser.views import ROWS, VIEWS
from tests.browser.watching import Opened

MALLORY = "/inspector/?from=2026-11-24T10:00&to=2026-11-24T10:01"
# What moves a cursor or turns a line is shown by name.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What only markup of a client's could have brought.
BROUGHT = "[onclick], [onerror], [onload], [src='x'], main b, main svg[onload], main iframe, a[href^='javascript:' i]"


def held_as_text(page: Page) -> str:
    """Return the text of a page, after it was looked at for what is more than text."""
    assert page.locator(BROUGHT).count() == 0, page.url
    assert not page.evaluate("() => Array.from(document.querySelectorAll('main script')).length"), page.url
    text = page.locator("body").inner_text()
    assert UNSEEN.search(text) is None, page.url
    assert "49" not in re.sub(r"[\w.:-]*49[\w.:-]+|[\w.:-]+49[\w.:-]*", "", text), page.url
    return text


def test_on_no_view_anything_hostile_is_more_than_text(page: Page) -> None:
    for view in VIEWS.values():
        view.open(page)
        held_as_text(page)


def test_the_list_shows_them_as_they_came(page: Page) -> None:
    page.goto(MALLORY)
    text = held_as_text(page)
    assert hostile.PERSON.partition(hostile.BIDI)[0] in text
    for each in (hostile.SCRIPT, hostile.TEMPLATE, hostile.ADDRESS):
        assert each in text, each


def test_no_exchange_of_mallory_is_more_than_text(page: Page) -> None:
    page.goto(MALLORY)
    links = {link.get_attribute("href") for link in page.locator(f"{ROWS} a").all()}
    assert len(links) > 12
    shown = ""
    for link in sorted(filter(None, links)):
        page.goto(link)
        shown += held_as_text(page) + "\n".join(page.locator("textarea").evaluate_all("all => all.map(e => e.value)"))
    for each in (hostile.SCRIPT, hostile.IMAGE, hostile.TEMPLATE, hostile.ADDRESS):
        assert each in shown or each.replace('"', '\\"') in shown, each


def test_what_is_hostile_in_an_address_is_text_too(opened: Opened) -> None:
    page, seen = opened()
    for name in ("principal", "words", "resource", "from", "nonsense"):
        page.goto(f"/inspector/?{name}=%22%3E%3Cscript%3Ewindow.evsGatewayWasHere%3D1%3C%2Fscript%3E%E2%80%AE")
        held_as_text(page)
    [said] = seen.forget_console()
    assert "400 (Bad Request)" in said, "a time that is none is refused"


@pytest.mark.parametrize("text", hostile.ALL, ids=["script", "image", "closing", "address", "template", "bidi", "ansi"])
def test_what_comes_by_the_tail_is_text(page: Page, served: Inspected, text: str) -> None:
    with page.expect_response(lambda answer: "/inspector/tail" in answer.url):
        page.goto("/inspector/")
    before = page.locator(ROWS).count()
    hostile.send(served.public, hostile.ordering(served.told.tokens["mallory"], text))
    expect(page.locator(f"{ROWS}.fresh")).to_have_count(1)
    assert page.locator(ROWS).count() == before + 1
    held_as_text(page)

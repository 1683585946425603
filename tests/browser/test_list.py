"""The list: facets that narrow and live in the address, pages, and the filters of the form."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

LIST = "/inspector/"
ROWS = "#exchanges tr[data-seq]"


def facet(kind: str, value: str) -> str:
    return f'nav#facets a[data-facet="{kind}"][data-value="{value}"]'


def test_the_newest_stands_first(page: Page) -> None:
    page.goto(LIST)
    places = [row.get_attribute("data-seq") for row in page.locator(ROWS).all()]
    assert len(places) == 50
    assert len(set(places)) == 50


def test_a_facet_narrows_and_lives_in_the_address(page: Page) -> None:
    page.goto(LIST)
    page.locator(facet("decision", "deny")).click()
    expect(page).to_have_url(re.compile(r"[?&]decision=deny\b"))
    denied = page.locator(ROWS).all_text_contents()
    assert denied
    assert all("deny" in row for row in denied)
    address = page.url
    page.locator(facet("principal", "bob")).click()
    expect(page).to_have_url(re.compile(r"[?&]principal=bob\b"))
    expect(page).to_have_url(re.compile(r"[?&]decision=deny\b"))
    page.go_back()
    assert page.url == address
    page.reload()
    assert page.locator(ROWS).all_text_contents() == denied


def test_a_facet_that_was_chosen_is_let_go_by_the_same_link(page: Page) -> None:
    page.goto(f"{LIST}?decision=deny")
    chosen = page.locator(facet("decision", "deny"))
    expect(chosen).to_have_attribute("aria-current", "true")
    chosen.click()
    assert "decision" not in page.url


def test_pages_follow_each_other_without_gap_and_back(page: Page) -> None:
    page.goto(LIST)
    first = [row.get_attribute("data-seq") for row in page.locator(ROWS).all()]
    page.locator('a[rel="next"]').first.click()
    second = [row.get_attribute("data-seq") for row in page.locator(ROWS).all()]
    assert not set(first) & set(second)
    page.locator('a[rel="prev"]').first.click()
    assert [row.get_attribute("data-seq") for row in page.locator(ROWS).all()] == first

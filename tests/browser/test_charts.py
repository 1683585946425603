"""Charts over time: what a drag over one narrows, and what does the same by keys."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.views import ROWS

HOUR = "from=2026-11-24T09:00&to=2026-11-24T10:00"


@pytest.fixture
def drawn(page: Page) -> Page:
    page.goto(f"/inspector/?{HOUR}")
    expect(page.locator("#chart .u-over").first).to_be_visible()
    return page


def drag(page: Page, chart: int, begin: float, end: float) -> None:
    """Drag over a chart, from one part of its width to another."""
    box = page.locator("#chart .u-over").nth(chart).bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * begin, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, height, steps=4)
    page.mouse.up()


def test_three_charts_are_drawn_over_the_list(drawn: Page) -> None:
    titles = drawn.locator("#chart .u-title").all_inner_texts()
    assert [title.partition(",")[0] for title in titles] == [
        "Requests a second",
        "Denied",
        "Time that requests took",
    ]


@pytest.mark.parametrize("chart", [0, 1, 2])
def test_a_drag_narrows_the_list(drawn: Page, chart: int) -> None:
    drag(drawn, chart, 0.25, 0.5)
    drawn.wait_for_url(re.compile("from=2026-11-24T09%3A1"))
    narrowed = parse_qs(urlsplit(drawn.url).query)
    [since], [until] = narrowed["from"], narrowed["to"]
    assert "2026-11-24T09:13:00Z" <= since <= "2026-11-24T09:16:00Z"
    assert "2026-11-24T09:28:00Z" <= until <= "2026-11-24T09:32:00Z"
    times = [each.get_attribute("datetime") for each in drawn.locator(f"{ROWS} time").all()]
    assert len(times) == 50
    assert all(since[:16] <= str(time) < until for time in times)


def test_a_drag_keeps_the_facets(page: Page) -> None:
    page.goto(f"/inspector/?{HOUR}&principal=bob")
    expect(page.locator("#chart .u-over").first).to_be_visible()
    drag(page, 0, 0.1, 0.4)
    page.wait_for_url(re.compile("from=2026-11-24T09%3A0"))
    assert parse_qs(urlsplit(page.url).query)["principal"] == ["bob"]


def test_a_drag_goes_to_one_page_and_works_again_after_going_back(drawn: Page) -> None:
    gone: list[str] = []
    drawn.on("request", lambda each: gone.append(each.url) if each.is_navigation_request() else None)
    drag(drawn, 1, 0.25, 0.5)
    drawn.wait_for_url(re.compile("from=2026-11-24T09%3A1"))
    assert gone == [drawn.url]
    drawn.go_back()
    expect(drawn.locator("#chart .u-over").first).to_be_visible()
    drag(drawn, 0, 0.25, 0.5)
    drawn.wait_for_url(re.compile("from=2026-11-24T09%3A1"))


def test_fields_narrow_as_a_drag_does(page: Page) -> None:
    page.goto("/inspector/")
    page.locator("#from").fill("2026-11-24T09:15")
    page.locator("#to").fill("2026-11-24T09:16")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-11-24T09*")
    times = [str(each.get_attribute("datetime")) for each in page.locator(f"{ROWS} time").all()]
    assert times
    assert {time[:16] for time in times} == {"2026-11-24T09:15"}


def test_without_script_charts_are_pictures_and_tables(page: Page) -> None:
    page.goto(f"/inspector/charts?{HOUR}")
    assert page.locator("#points tbody tr").count() == 60

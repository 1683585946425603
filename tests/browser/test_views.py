"""What holds for every view: nobody is kept out by how they see, point or read, and nothing comes from elsewhere.

What no page may do at all is looked at in `watching`, whatever a test is about.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.axe import OF_COLOUR, barriers
from tests.browser.views import ROWS, VIEWS
from tests.browser.watching import Opened

PHONE = {"width": 360, "height": 740}


def test_every_link_of_the_head_leads_to_a_view_that_is_tested(page: Page) -> None:
    page.goto("/inspector/")
    links = [link.get_attribute("href") for link in page.locator('nav[aria-label="Views"] a').all()]
    assert links
    assert set(links) <= {view.path for view in VIEWS.values()}


def test_no_view_has_a_barrier(page: Page) -> None:
    found = {}
    for name, view in VIEWS.items():
        view.open(page)
        found[name] = barriers(page)
    assert found == {name: [] for name in VIEWS}


def test_no_view_is_hard_to_see_in_the_dark(opened: Opened) -> None:
    page, _ = opened(color_scheme="dark")
    found = {}
    for name, view in VIEWS.items():
        view.open(page)
        found[name] = barriers(page, OF_COLOUR)
    assert found == {name: [] for name in VIEWS}


def test_no_view_scrolls_sideways_on_a_phone(opened: Opened) -> None:
    page, _ = opened(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)
    widths = {}
    for name, view in VIEWS.items():
        view.open(page)
        widths[name] = page.evaluate("() => document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(VIEWS, PHONE["width"])


def test_every_view_can_be_read_without_script(opened: Opened) -> None:
    page, _ = opened(java_script_enabled=False)
    for view in VIEWS.values():
        view.open(page)
        assert page.locator("main h1").inner_text()
    page.goto("/inspector/")
    page.locator('nav#facets a[data-facet="decision"][data-value="deny"]').click()
    denied = page.locator(ROWS).count()
    page.locator("#words").fill("nowhere-to-be-found")
    page.locator("#filter button").click()
    assert (denied, page.locator(ROWS).count()) == (10, 0)


def test_what_is_reached_by_keys_alone(page: Page) -> None:
    """Skip link, facet, row and exchange; what has the focus is seen."""
    page.goto("/inspector/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    _tab_to(page, 'nav#facets a[data-facet="decision"][data-value="deny"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**decision=deny*")
    _tab_to(page, f"{ROWS} a")
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/inspector/exchange/*")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")

"""Pictures of the main views for the README, from the story: `python -m tests.browser.screenshots docs/screenshots`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import story
from tests.browser.chromium import chromium
from tests.browser.gateways import Inspected, inspected
from tests.browser.views import View

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
HOUR = "from=2026-11-24T09:00&to=2026-11-24T10:00"
_ROW = "#exchanges tr[data-seq] a"


@dataclass(frozen=True, slots=True)
class Picture:
    """A view as it is kept: under which name, and in which window."""

    name: str
    view: View
    window: Mapping[str, int] = field(default_factory=lambda: LAPTOP)
    scheme: str = "light"


def pictures() -> Iterator[Picture]:
    """Yield what is kept."""
    exchanges = View(f"/inspector/?{HOUR}")
    yield Picture("list", exchanges)
    yield Picture("list-dark", exchanges, scheme="dark")
    yield Picture("list-phone", View(f"/inspector/?{HOUR}&decision=deny"), PHONE)
    yield Picture("exchange", View(f"/inspector/?{HOUR}&decision=deny", (_ROW,)))
    yield Picture("charts", View(f"/inspector/charts?{HOUR}"))
    yield Picture("miss", View("/inspector/misses?principal=carol", ("main table a",)))
    yield Picture("cassette", View("/inspector/cassettes", ("main table a",)))
    yield Picture("permissions", View(f"/inspector/permissions?{HOUR}"))


def take(browser: Browser, gateway: Inspected, picture: Picture, folder: Path) -> None:
    """Take one picture, once everything in it is drawn."""
    options: dict[str, Any] = {"viewport": dict(picture.window), "color_scheme": picture.scheme}
    context = browser.new_context(base_url=gateway.page, reduced_motion="reduce", **options)
    page = context.new_page()
    picture.view.open(page)
    _drawn(page)
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


def _drawn(page: Page) -> None:
    page.wait_for_load_state("load")
    if page.locator("#chart").count():
        page.locator("#chart[data-state]").wait_for()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        told = story.tell(Path(name))
        with inspected(told) as gateway, chromium() as browser:
            for picture in pictures():
                take(browser, gateway, picture, folder)


if __name__ == "__main__":
    main()

"""The browser, the story, and a gateway that serves the page about it, each once for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import story
from tests.browser.chromium import check_there, chromium
from tests.browser.gateways import Inspected, inspected
from tests.browser.watching import Opened, Seen, watched


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser goes with the last test of this folder: its loop is the main thread's, and others have their own."""
    check_there()
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> story.Told:
    check_there()
    return story.tell(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def served(told: story.Told) -> Iterator[Inspected]:
    with inspected(told) as gateway:
        yield gateway


@pytest.fixture
def opened(browser: Browser, served: Inspected) -> Iterator[Opened]:
    """Open pages of the gateway; what they must never do is looked at when the test has ended."""
    with ExitStack() as pages:

        def open_page(**options: Any) -> tuple[Page, Seen]:
            return pages.enter_context(watched(browser, served.page, **options))

        yield open_page


@pytest.fixture
def page(opened: Opened) -> Page:
    return opened()[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path

"""The browser: Debian's, never one that Playwright would download."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = shutil.which("chromium")
# A name that leads to this machine, as somebody else's name server may have it, and one that only tests answer for.
REBOUND, ELSEWHERE = "rebound.example", "elsewhere.example"
# It goes nowhere but to this machine, and to nobody with news of itself.
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pings",
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# Chromium does not put root in its sandbox.
_OF_ROOT = ("--no-sandbox",)


def check_there() -> None:
    """Skip the test where there is no Chromium; CI has one."""
    if PROGRAM is None and not os.environ.get("CI"):
        pytest.skip("needs Debian's Chromium: apt-get install chromium")
    assert PROGRAM is not None, "CI installs Chromium itself: see .ci/run"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser while the block lasts. Its loop is this thread's meanwhile: nobody else can run one here."""
    arguments = [*_ARGUMENTS, *(_OF_ROOT if os.geteuid() == 0 else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=arguments)
        yield browser
        browser.close()

"""What a page must never do, whatever it shows: ask another host, run what it was not given, or complain."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

# An address without a host: what a page holds itself.
_OWN = ("data", "blob", "about")
# Set by every hostile string that runs.
ALARM = "evsGatewayWasHere"


@dataclass(slots=True)
class Seen:
    """What the pages of one context did."""

    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def strangers(self, base_url: str) -> list[str]:
        """Return the requests that went to another place than the gateway."""
        own = urlsplit(base_url).netloc
        parts = {url: urlsplit(url) for url in self.requests}
        return [url for url, part in parts.items() if part.scheme not in _OWN and part.netloc != own]

    def forget_console(self) -> list[str]:
        """Return what the console said until now, and forget it: for a test that asks for a refusal."""
        said, self.console = self.console, []
        return said


Opened = Callable[..., tuple[Page, Seen]]
"""Opens a page with what a context is given, and returns it with what is seen of it."""


@contextlib.contextmanager
def watched(browser: Browser, base_url: str, **options: Any) -> Iterator[tuple[Page, Seen]]:
    """Open a page in a context of its own, and hold it at the end to what no page may do."""
    context = browser.new_context(base_url=base_url, **options)
    # A page that does not come in this time does not come: a failure is told soon.
    context.set_default_timeout(30_000)
    seen = Seen()
    try:
        _listen(context, seen)
        page = context.new_page()
        yield page, seen
        alarms = [] if options.get("java_script_enabled") is False else _alarms(context)
    finally:
        context.close()
    faults = [*seen.strangers(base_url), *seen.errors, *seen.console, *seen.dialogs, *alarms]
    assert not faults, faults


def _listen(context: BrowserContext, seen: Seen) -> None:
    context.on("request", lambda request: seen.requests.append(request.url))
    context.on("console", lambda message: seen.console.extend(_complaint(message)))
    context.on("weberror", lambda error: seen.errors.append(str(error.error)))
    context.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))


def _complaint(message: ConsoleMessage) -> list[str]:
    return [f"{message.type}: {message.text}"] if message.type in ("error", "warning") else []


def _alarms(context: BrowserContext) -> list[str]:
    return [page.url for page in context.pages if page.evaluate(f"() => window.{ALARM} !== undefined")]

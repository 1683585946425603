"""What axe finds wrong with a page for those who do not see, hear or point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")


# Rules of axe that hang on the colours alone: all that can differ between light and dark.
OF_COLOUR = ("color-contrast", "link-in-text-block")


def barriers(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return the serious and critical findings by all rules or some, each with the places it was found at."""
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options=options).response["violations"]
    return [_told(each) for each in found if each["impact"] in _GRAVE]


def _told(violation: Mapping[str, Any]) -> str:
    places = "; ".join(str(node["html"])[:200] for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {places}"

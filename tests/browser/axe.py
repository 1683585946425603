"""What axe finds wrong with a page for those who do not see, hear or point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")


def barriers(page: Page) -> list[str]:
    """Return the serious and critical findings, each with the places it was found at."""
    found = Axe().run(page).response["violations"]
    return [_told(each) for each in found if each["impact"] in _GRAVE]


def _told(violation: Mapping[str, Any]) -> str:
    places = "; ".join(str(node["html"])[:200] for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {places}"

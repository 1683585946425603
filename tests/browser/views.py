"""Every view there is, and how one gets there: what holds for all pages is tested on each of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

ROWS = "#exchanges tr[data-seq]"
_FIRST = "main table a"


@dataclass(frozen=True, slots=True)
class View:
    """A page, and the links that lead on from it to the view."""

    path: str
    links: tuple[str, ...] = ()

    def open(self, page: Page) -> None:
        """Go there, by keys: rows that come in meanwhile move what is pointed at.

        Errors: an assertion where a page is not answered 200.
        """
        answer = page.goto(self.path)
        assert answer is not None
        assert answer.status == 200, answer.text()
        for link in self.links:
            with page.expect_navigation() as navigation:
                page.locator(link).first.press("Enter")
            assert navigation.value.status == 200, page.url


VIEWS: Mapping[str, View] = {
    "list": View("/inspector/"),
    "narrowed": View("/inspector/?decision=deny&principal=bob&from=2026-11-24T09:10&to=2026-11-24T09:50"),
    "charts": View("/inspector/charts"),
    "misses": View("/inspector/misses"),
    "miss": View("/inspector/misses", (_FIRST,)),
    "drift": View("/inspector/drift"),
    "cassettes": View("/inspector/cassettes"),
    "cassette": View("/inspector/cassettes", (_FIRST,)),
    "permissions": View("/inspector/permissions"),
    "policy": View("/inspector/permissions", ("#matrix a.policy",)),
    "denied": View("/inspector/?decision=deny", (f"{ROWS} a",)),
    "invalid": View("/inspector/?status=400&operation=cinder_create_volume", (f"{ROWS} a",)),
    "allowed": View("/inspector/?status=202&mode=record&principal=alice", (f"{ROWS} a",)),
    "missed": View("/inspector/?status=424", (f"{ROWS} a",)),
}

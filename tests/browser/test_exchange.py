"""One exchange: why it was decided so, what was found against it, how long it took, and what can be taken away."""

from __future__ import annotations

import json
import shlex

from playwright.sync_api import Page, expect

from tests.browser.gateways import Inspected
from tests.browser.views import ROWS, VIEWS


def test_a_row_opens_the_exchange_with_its_decision_trace(page: Page) -> None:
    page.goto("/inspector/?decision=deny")
    page.locator(f"{ROWS} a").first.click()
    expect(page.locator("h1")).to_contain_text("cinder_delete_volume 403")
    trace = page.locator("#trace")
    expect(trace).to_have_attribute("data-verdict", "deny")
    expect(trace).to_contain_text("because no policy allows the evs:volumes:delete action")
    weekend = trace.locator('tr[data-statement="working-hours#Weekend"]')
    expect(weekend).to_have_attribute("data-applied", "no")
    expect(weekend).to_contain_text("gw:DayOfWeek: Sat, Sun: found Tue, fails")


def test_a_finding_has_its_documented_limit_and_its_section(page: Page) -> None:
    VIEWS["invalid"].open(page)
    finding = page.locator('#findings tr[data-rule="size-range"]')
    for text in ("reject", "/volume/size", "1 to 32768 GB", "99999", "EVS.1010", "7.1.1"):
        expect(finding).to_contain_text(text)
    expect(page.locator("#request")).to_contain_text('"size": 99999')


def test_time_is_told_step_by_step(page: Page) -> None:
    VIEWS["allowed"].open(page)
    expect(page.locator("#timing tbody tr").first).to_contain_text("Upstream")
    expect(page.locator("#timing caption")).to_contain_text("ms in all")


def test_the_same_can_be_asked_again_with_curl(page: Page) -> None:
    VIEWS["invalid"].open(page)
    command = shlex.split(page.locator("#curl").input_value())
    assert command[:4] == ["curl", "-i", "-X", "POST"]
    assert "X-Auth-Token: $TOKEN" in command
    assert json.loads(command[command.index("--data-binary") + 1])["volume"]["size"] == 99_999


def test_a_button_copies_the_command(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    VIEWS["invalid"].open(page)
    page.locator("#curl-copy").click()
    expect(page.locator("#curl-copied")).not_to_be_empty()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.locator("#curl").input_value()


def test_the_exchange_is_taken_away_as_har(page: Page, served: Inspected) -> None:
    VIEWS["allowed"].open(page)
    with page.expect_download() as download:
        page.locator("#har").click()
    har = json.loads(download.value.path().read_bytes())
    [entry] = har["log"]["entries"]
    assert (entry["request"]["method"], entry["response"]["status"]) == ("POST", 202)
    assert not any(token in json.dumps(har) for token in served.told.tokens.values())


def test_a_look_at_a_body_is_a_record_itself(page: Page) -> None:
    VIEWS["invalid"].open(page)
    exchange = page.url.rpartition("/")[2]
    page.goto("/inspector/?action=inspector:bodies:read")
    looks = page.locator(ROWS, has_text=exchange)
    assert looks.count() > 0
    expect(looks.first).to_contain_text("page")


def test_a_miss_shows_its_nearest_three_field_by_field(page: Page) -> None:
    page.goto("/inspector/?status=424&principal=carol&operation=cinder_create_volume")
    page.locator(f"{ROWS} a").first.click()
    nearest = page.locator("#nearest table")
    expect(nearest).to_have_count(3)
    size = nearest.first.locator("tr", has_text="size")
    assert (size.locator(".asked").inner_text(), size.locator(".recorded").inner_text()) == ("777", "10")
    page.goto("/inspector/misses")
    page.locator("main table a").first.click()
    expect(page.locator("#nearest table")).to_have_count(3)

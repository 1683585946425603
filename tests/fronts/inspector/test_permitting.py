"""The permission matrix, and the policy that would be enough."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from gateway.fronts.inspector import permitting
from tests.audit.records import DISK, denied, ended, trail_of
from tests.fronts.inspector.glancing import glancing

POLICY = "/inspector/permissions/policy"


def trail(folder: Path) -> Path:
    trail_of(folder / "audit", [ended(1), ended(2), denied(3), ended(4, who=None, decision=None)])
    return folder


def test_principals_stand_by_actions_with_counts_and_last_use(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page("/inspector/permissions")
        rows = somebody.rows("/inspector/permissions", "matrix")
    assert re.findall(r'<th scope="col">([^<]*)</th>', page) == ["Principal", "evs:volumes:create", "evs:volumes:get"]
    assert rows == [
        ["(nobody known)", "never", "1 undecided 2025-11-24T16:00:04.000Z"],
        [
            "alice policy that is enough",
            "1 denied 2025-11-24T16:00:03.000Z",
            "2 allowed 2025-11-24T16:00:02.000Z",
        ],
    ]
    assert 'href="/inspector/?principal=alice&amp;action=evs%3Avolumes%3Aget"' in page


def test_a_time_without_requests_has_no_matrix(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        assert "Nobody asked for anything in this time." in somebody.page("/inspector/permissions?to=2020-01-01")


def policy_in(page: str) -> object:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found is not None, page
    return json.loads(unescape(found[1]))


def test_what_somebody_was_allowed_makes_a_policy(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page(f"{POLICY}?principal=alice")
    statement = {"Effect": "Allow", "Action": ["evs:volumes:get"], "Resource": [f"evs:*:*:volume:{DISK}"]}
    assert policy_in(page) == {"Version": "5.0", "Statement": [statement]}
    assert "Made of 2 requests that were let through; 1 are left out" in page


def test_of_many_requests_the_newest_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permitting, "MOST_REQUESTS", 1)
    with glancing(trail(tmp_path)) as somebody:
        assert "Only the newest 1 requests were read." in somebody.page(f"{POLICY}?principal=alice")


def test_somebody_who_needs_no_action_needs_no_policy(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        assert "there is nothing to allow" in somebody.page(f"{POLICY}?principal=nobody")
        assert somebody.get(POLICY).status_code == 400

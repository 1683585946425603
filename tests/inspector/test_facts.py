"""The plain facts of an exchange."""

from __future__ import annotations

from gateway.inspector.facts import answer_facts, request_facts
from tests.audit.records import DISK, PROJECT, ended


def test_a_request_in_pairs() -> None:
    record = {**ended(), "chain": "gw-1", "seq": 3}
    assert request_facts(record) == (
        ("Target", f"GET /v2/{PROJECT}/volumes/{DISK}?limit=1"),
        ("Operation", "cinder_show_volume"),
        ("Documented as", "Querying Details About a Disk, section 7.1.6"),
        ("Principal", "alice"),
        ("Roles", "evs_adm"),
        ("Authenticated by", "token verified"),
        ("From", "10.0.0.7 openstacksdk/4.0"),
        ("Project", PROJECT),
        ("Came", "2025-11-24T16:00:00.988Z"),
        ("Mode", "passthrough"),
        ("Record", "gw-1 3"),
    )


def test_an_answer_in_pairs() -> None:
    kept = {"status": "evs-gateway; fwd=bypass; stored", "kept": True}
    record = ended(cassette=kept, remarks=["slow", "odd"])
    assert answer_facts(record) == (
        ("Status", "200"),
        ("From", "cloud"),
        ("Cassette", "evs-gateway; fwd=bypass; stored, kept"),
        ("Upstream", "evs 200"),
        ("Ended", "2025-11-24T16:00:01.000Z"),
        ("Remarks", "slow; odd"),
        ("Redacted", "header:x-auth-token"),
    )


def test_an_end_that_nobody_knows_is_said() -> None:
    assert answer_facts(ended(outcome={"status": None, "origin": "unknown"}, upstream=None))[0] == (
        "Status",
        "nobody knows how it ended",
    )

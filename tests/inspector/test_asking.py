"""Records as the requests that they are about."""

from __future__ import annotations

from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.contract.model import Match, Unmatched
from gateway.inspector.asking import asked_of, has_body, json_body
from tests.audit.records import AT_MS, DISK, PROJECT, denied, ended


def test_a_record_says_who_asked_for_what_when_and_from_where() -> None:
    asked = asked_of(ended())
    assert asked.principal == Principal(
        user_id="u1",
        user_name="alice",
        domain_id="d1",
        roles=("evs_adm",),
        auth_method=AuthMethod.TOKEN,
        assurance=Assurance.VERIFIED,
    )
    assert isinstance(asked.match, Match)
    assert (asked.match.operation.id, asked.match.path_values["volume_id"]) == ("cinder_show_volume", DISK)
    assert (asked.facts.at, asked.facts.source_ip) == ((AT_MS + 988) / 1000, "10.0.0.7")


def test_a_body_that_is_kept_whole_counts() -> None:
    record = denied()
    assert (json_body(record), has_body(record)) == ({"volume": {"name": "disk-12", "size": 40}}, True)


def test_a_body_that_is_not_kept_is_known_of() -> None:
    record = denied(body={"request": None})
    assert (json_body(record), has_body(record)) == (None, True)
    assert (json_body(ended()), has_body(ended())) == (None, False)


def test_what_is_no_request_of_the_service_matches_nothing() -> None:
    asked = asked_of({"what": {"method": "G{T", "target": f"/v2/{PROJECT}/nothing\u202e"}, "who": None})
    assert isinstance(asked.match, Unmatched)
    assert (asked.principal, asked.facts.at) == (Principal(), 0.0)

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import NOT_FOUND
from gateway.contract.model import Match
from gateway.simulator.calls import Call
from gateway.simulator.state import State
from gateway.simulator.versions import show_version

from .driving import World


def test_all_versions_are_listed_with_300_and_without_a_token() -> None:
    answer = World().send("GET", "/")
    assert answer.status_code == 300
    assert "location" not in answer.headers
    assert [(each["id"], each["status"]) for each in answer.json()["versions"]] == [
        ("v1.0", "SUPPORTED"),
        ("v2.0", "SUPPORTED"),
        ("v3.0", "CURRENT"),
    ]


@pytest.mark.parametrize("path", ["/v2", "/v2/"])
def test_one_version_is_shown_without_a_token(path: str) -> None:
    answer = World().send("GET", path)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "versions": [
                {
                    "min_version": "",
                    "media-types": [
                        {"type": "application/vnd.openstack.volume+json;version=1", "base": "application/json"},
                        {"type": "application/vnd.openstack.volume+xml;version=1", "base": "application/xml"},
                    ],
                    "links": [
                        {"rel": "describedby", "href": "http://docs.openstack.org/", "type": "text/html"},
                        {"rel": "self", "href": "http://evs.test:8774/v2"},
                    ],
                    "id": "v2.0",
                    "updated": "2014-06-28T12:20:21Z",
                    "version": "",
                    "status": "SUPPORTED",
                }
            ]
        },
    )


def test_an_unknown_version_is_not_there() -> None:
    match = Match(CATALOGUE.by_id["show_api_version"], {"api_version": "v9"})
    assert show_version(State(), Call(match, "", "", 0.0, "http://x")) == NOT_FOUND

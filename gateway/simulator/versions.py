"""Version documents, which clients ask for without a token before anything else.

Source: 5.1 and 5.2, examples.
"""

from __future__ import annotations

from gateway.contract import faults
from gateway.contract.model import JsonObject
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.state import State

# min_version, version, status, updated
VERSIONS = {
    "v1": ("v1.0", "", "", "SUPPORTED", "2014-06-28T12:20:21Z"),
    "v2": ("v2.0", "", "", "SUPPORTED", "2014-06-28T12:20:21Z"),
    "v3": ("v3.0", "3.0", "3.0", "CURRENT", "2016-02-08T12:20:21Z"),
}
_MEDIA = "application/vnd.openstack.volume"


def version_view(segment: str, origin: str) -> JsonObject:
    """Return the document of a version under the segment its paths begin with."""
    name, least, most, status, updated = VERSIONS[segment]
    return {
        "min_version": least,
        "media-types": [
            {"type": f"{_MEDIA}+{kind};version=1", "base": f"application/{kind}"} for kind in ("json", "xml")
        ],
        "links": [
            {"rel": "describedby", "href": "http://docs.openstack.org/", "type": "text/html"},
            {"rel": "self", "href": f"{origin}/{segment}"},
        ],
        "id": name,
        "updated": updated,
        "version": most,
        "status": status,
    }


def list_versions(_state: State, call: Call) -> Outcome:
    """List all versions."""
    return Answer({"versions": [version_view(segment, call.origin) for segment in VERSIONS]})


def show_version(_state: State, call: Call) -> Outcome:
    """Show one version, in a list of one as the reference does (reference-notes 74). Errors: 404."""
    segment = call.value("api_version")
    return Answer({"versions": [version_view(segment, call.origin)]}) if segment in VERSIONS else faults.NOT_FOUND

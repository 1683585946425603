"""The plain request of each operation, which nothing is found about, and how a value is put in a place of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match
from gateway.http.messages import Headers, Request
from gateway.validation import Finding, validate
from tests.cases.case import ABSENT, UUID

JSON = {"content-type": "application/json"}
DISK = {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 40}
BODIES: Mapping[str, Any] = {
    "evs_create_volumes": {"volume": DISK},
    "evs_update_volume": {"volume": {"name": "disk"}},
    "evs_extend_volume": {"os-extend": {"new_size": 100}},
    "evs_rollback_snapshot": {"rollback": {"volume_id": UUID}},
    "cinder_create_volume": {"volume": DISK},
    "cinder_update_volume": {"volume": {"name": "disk"}},
    "cinder_create_volume_metadata": {"metadata": {"key1": "value1"}},
    "cinder_update_volume_metadata": {"metadata": {"key1": "value1"}},
    "cinder_update_volume_metadata_item": {"meta": {"key1": "value1"}},
    "cinder_extend_volume": {"os-extend": {"new_size": 100}},
    "cinder_set_bootable": {"os-set_bootable": {"bootable": True}},
    "cinder_set_readonly": {"os-update_readonly_flag": {"readonly": True}},
    "cinder_upload_image": {"os-volume_upload_image": {"image_name": "image"}},
    "cinder_attach_volume": {"os-attach": {"instance_uuid": UUID, "mountpoint": "/dev/vdc"}},
    "cinder_detach_volume": {"os-detach": {}},
    "cinder_reserve_volume": {"os-reserve": {}},
    "cinder_unreserve_volume": {"os-unreserve": {}},
    "cinder_create_snapshot": {"snapshot": {"volume_id": UUID}},
    "cinder_update_snapshot": {"snapshot": {"name": "snap"}},
    "cinder_create_snapshot_metadata": {"metadata": {"key1": "value1"}},
    "cinder_update_snapshot_metadata": {"metadata": {"key1": "value1"}},
    "cinder_update_snapshot_metadata_item": {"meta": {"key1": "value1"}},
    "cinder_create_transfer": {"transfer": {"volume_id": UUID}},
    "cinder_accept_transfer": {"accept": {"auth_key": "9266c59563c84664"}},
    "iam_create_token": {"auth": {"identity": {"methods": ["password"]}, "scope": {"project": {"name": "p1"}}}},
}
QUERIES: Mapping[str, Mapping[str, Any]] = {"cinder_show_quota_set": {"usage": "true"}}
PATH_VALUES: Mapping[str, str] = {
    "project_id": "p1",
    "target_project_id": "p1",
    "key": "key1",
    "api_version": "v2",
    **dict.fromkeys(("volume_id", "snapshot_id", "transfer_id", "job_id", "type_id"), UUID),
}


@dataclass
class Draft:
    """A request under construction: parts by name."""

    operation: str
    method: str
    path: dict[str, str] = field(default_factory=lambda: dict(PATH_VALUES))
    path_end: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = ABSENT

    @property
    def target(self) -> tuple[bytes, bytes]:
        """The path and the query, as they are sent."""
        template = CATALOGUE.by_id[self.operation].path
        path = template.format_map({name: quote(value, safe="") for name, value in self.path.items()}) + self.path_end
        return path.encode(), urlencode(self.query, doseq=True).encode()

    def request(self) -> Request:
        """Return the request as a client sends it."""
        path, query = self.target
        headers = ((b"host", b"gw"), *((name.encode(), value.encode()) for name, value in self.headers.items()))
        body = b"" if self.body is ABSENT else json.dumps(self.body).encode()
        return Request(self.method, path + b"?" + query if query else path, headers, body)

    def match(self) -> Match:
        body = None if self.body is ABSENT else self.body
        match = CATALOGUE.identify(self.method, *self.target, body)
        assert isinstance(match, Match), match
        assert match.operation.id == self.operation
        return match

    def findings(self) -> tuple[Finding, ...]:
        headers: Headers = tuple((name.encode(), value.encode()) for name, value in self.headers.items())
        return validate(self.match(), self.body is not ABSENT, headers)


def plain(operation: str) -> Draft:
    """Return the plain request of an operation."""
    body = copy.deepcopy(BODIES[operation]) if operation in BODIES else ABSENT
    query = dict(QUERIES.get(operation, {}))
    return Draft(operation, CATALOGUE.by_id[operation].method, query=query, headers=dict(JSON), body=body)


def put(draft: Draft, place: str, value: Any) -> None:
    """Put a value in a place of a request, or take away what stands there."""
    part, _, name = place.partition(":")
    if place.startswith("/"):
        _put_in_body(draft, place[1:].split("/"), value)
    elif name:
        parts = {"query": draft.query, "path": draft.path, "header": draft.headers}
        _put_in(parts[part], name, value)
    else:
        setattr(draft, {"path": "path_end"}.get(place, place), value)


def _put_in_body(draft: Draft, names: list[str], value: Any) -> None:
    holder: JsonValue = draft.body
    for name in names[:-1]:
        assert isinstance(holder, dict)
        holder = holder.setdefault(name, {})
    assert isinstance(holder, dict)
    _put_in(holder, names[-1], value)


def _put_in(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is ABSENT:
        holder.pop(name, None)
    else:
        holder[name] = value

"""What is known about one request besides who sent it and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from gateway.access.values import ABSENT, Nothing
from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonValue

_NOTHING: Mapping[str, JsonValue] = MappingProxyType({})

# The disk or snapshot that a request names, as a look-up found it: status, size (GB), type, metadata, tags, attached,
# created_at. ABSENT when nothing was looked up, None when there is no such thing; both leave its keys unresolved.
Target = Mapping[str, JsonValue] | None | Nothing


@fleeting
class Facts:
    """The surroundings of a request. `context` sets condition keys directly, by their names in lower case.

    Units: `at` in seconds since the epoch.
    """

    at: float
    source_ip: str | None = None
    target: Target = ABSENT
    environment: str | None = None
    request_id: str | None = None
    context: Mapping[str, JsonValue] = field(default_factory=lambda: _NOTHING)

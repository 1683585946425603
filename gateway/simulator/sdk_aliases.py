"""The undocumented calls that today's clients make: the same operations under another path, and Cinder's limits.

Not part of the reference. huaweicloudsdkevs 3.1 creates and extends under /v2.1, shows under cloudvolumes and keeps
snapshots under cloudsnapshots; the OpenStack clients ask for limits; whoever gets a token asks IAM about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.contract.catalogue import CATALOGUE, Catalogue
from gateway.contract.model import Effect, Family, Match, Operation, Resource, Unmatched
from gateway.simulator import iam, region
from gateway.simulator.calls import Handler

LIMITS = Operation(
    id="sdk_show_limits",
    section="",
    title="Querying Limits",
    method="GET",
    path="/v2/{project_id}/limits",
    status=200,
    family=Family.CINDER,
    resource=Resource.QUOTA,
    effect=Effect.SHOW,
    actions=None,
)
SHOW_TOKEN = Operation(
    id="iam_show_token",
    section="",
    title="Validating a Token",
    method="GET",
    path="/v3/auth/tokens",
    status=200,
    family=Family.IAM,
    resource=Resource.TOKEN,
    effect=Effect.SHOW,
    actions=None,
)
REVOKE_TOKEN = Operation(
    id="iam_revoke_token",
    section="",
    title="Revoking a Token",
    method="DELETE",
    path="/v3/auth/tokens",
    status=204,
    family=Family.IAM,
    resource=Resource.TOKEN,
    effect=Effect.DELETE,
    actions=None,
)
HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {LIMITS.id: region.show_limits, SHOW_TOKEN.id: iam.show_token, REVOKE_TOKEN.id: iam.revoke_token}
)

_OTHER_PATHS = (
    ("POST", "/v2.1/{project_id}/cloudvolumes", "evs_create_volumes"),
    ("POST", "/v2.1/{project_id}/cloudvolumes/{volume_id}/action", "evs_extend_volume"),
    ("GET", "/v2/{project_id}/cloudvolumes/{volume_id}", "evs_show_volume"),
    ("POST", "/v2/{project_id}/cloudsnapshots", "cinder_create_snapshot"),
    ("GET", "/v2/{project_id}/cloudsnapshots/detail", "cinder_list_snapshots_detail"),
    ("GET", "/v2/{project_id}/cloudsnapshots/{snapshot_id}", "cinder_show_snapshot"),
    ("PUT", "/v2/{project_id}/cloudsnapshots/{snapshot_id}", "cinder_update_snapshot"),
    ("DELETE", "/v2/{project_id}/cloudsnapshots/{snapshot_id}", "cinder_delete_snapshot"),
    ("POST", "/v2/{project_id}/cloudsnapshots/{snapshot_id}/rollback", "evs_rollback_snapshot"),
)


def _moved(method: str, path: str, operation_id: str) -> Operation:
    """Return an operation at another path, under an id of its own."""
    operation = CATALOGUE.by_id[operation_id]
    return replace(operation, id=f"{method} {path}", method=method, path=path)


_DOCUMENTED = {f"{method} {path}": CATALOGUE.by_id[operation_id] for method, path, operation_id in _OTHER_PATHS}
ALIASES = Catalogue((*(_moved(*row) for row in _OTHER_PATHS), LIMITS, SHOW_TOKEN, REVOKE_TOKEN))


def identify(method: str, path: bytes, query: bytes, unmatched: Unmatched) -> Match | Unmatched:
    """Return the match of an undocumented request with the operation it really is, or what it was."""
    found = ALIASES.identify(method, path, query, unmatched.body)
    if isinstance(found, Unmatched):
        return unmatched
    operation = _DOCUMENTED.get(found.operation.id, found.operation)
    return replace(found, operation=operation)

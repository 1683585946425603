"""The required actions of the rows against appendix A.5, copied here row by row.

Two paths are corrected: the metadata of a disk is queried without a key, and the quota's second project has a name of
its own (reference-notes 24 and 43).
"""

from __future__ import annotations

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Operation

# Method, path, action key ("-" where A.5 names none), source of the new disk, actions.
A5 = """
GET / - - None
GET /{api_version} - - None
POST /v2/{project_id}/cloudvolumes - - evs:volumes:create
POST /v2/{project_id}/volumes - empty evs:volumes:create evs:volumes:get
POST /v2/{project_id}/volumes - image evs:volumes:create ims:images:get evs:volumes:get
POST /v2/{project_id}/volumes - snapshot evs:volumes:create evs:snapshots:get evs:volumes:get
POST /v2/{project_id}/cloudvolumes/{volume_id}/action - - evs:volumes:extend
GET /v2/{project_id}/cloudvolumes - - evs:volumes:list
GET /v2/{project_id}/volumes - - evs:volumes:list
GET /v2/{project_id}/cloudvolumes/detail - - evs:volumes:list
GET /v2/{project_id}/os-vendor-volumes/detail - - evs:volumes:list
GET /v2/{project_id}/volumes/detail - - evs:volumes:list
GET /v2/{project_id}/os-vendor-volumes/{volume_id} - - evs:volumes:get
GET /v2/{project_id}/volumes/{volume_id} - - evs:volumes:get
DELETE /v2/{project_id}/cloudvolumes/{volume_id} - - evs:volumes:delete
DELETE /v2/{project_id}/volumes/{volume_id} - - evs:volumes:delete evs:volumes:get
PUT /v2/{project_id}/cloudvolumes/{volume_id} - - evs:volumes:update
PUT /v2/{project_id}/volumes/{volume_id} - - evs:volumes:update evs:volumes:get
PUT /v2/{project_id}/volumes/{volume_id}/metadata/{key} - - evs:volumes:update evs:volumes:get
PUT /v2/{project_id}/volumes/{volume_id}/metadata - - evs:volumes:update evs:volumes:get
GET /v2/{project_id}/volumes/{volume_id}/metadata/{key} - - evs:volumes:get
DELETE /v2/{project_id}/volumes/{volume_id}/metadata/{key} - - evs:volumes:delete evs:volumes:get
GET /v2/{project_id}/volumes/{volume_id}/metadata - - evs:volumes:get
POST /v2/{project_id}/volumes/{volume_id}/metadata - - evs:volumes:update evs:volumes:get
GET /v2/{project_id}/types - - evs:types:get
GET /v2/{project_id}/types/{type_id} - - evs:types:get
GET /v2/{project_id}/os-quota-sets/{target_project_id} - - evs:quotas:get
GET /v2/{project_id}/extensions - - None
GET /v2/{project_id}/os-availability-zone - - None
POST /v2/{project_id}/volumes/{volume_id}/action os-extend - evs:volumes:extend evs:volumes:get
POST /v2/{project_id}/volumes/{volume_id}/action os-volume_upload_image - evs:volumes:uploadImage
POST /v2/{project_id}/volumes/{volume_id}/action os-attach - evs:volumes:attach evs:volumes:get
POST /v2/{project_id}/volumes/{volume_id}/action os-detach - evs:volumes:detach evs:volumes:get
POST /v2/{project_id}/volumes/{volume_id}/action os-reserve - evs:volumes:attach
POST /v2/{project_id}/volumes/{volume_id}/action os-unreserve - evs:volumes:attach
POST /v2/{project_id}/volumes/{volume_id}/action os-set_bootable - evs:volumes:update
POST /v2/{project_id}/volumes/{volume_id}/action os-update_READONLY_flag - evs:volumes:update
POST /v2/{project_id}/snapshots - - evs:snapshots:create evs:volumes:get
GET /v2/{project_id}/snapshots - - evs:snapshots:list
GET /v2/{project_id}/snapshots/detail - - evs:snapshots:list
PUT /v2/{project_id}/snapshots/{snapshot_id} - - evs:snapshots:update evs:snapshots:get
GET /v2/{project_id}/snapshots/{snapshot_id} - - evs:snapshots:get
DELETE /v2/{project_id}/snapshots/{snapshot_id} - - evs:snapshots:delete evs:snapshots:get evs:volumes:get
POST /v2/{project_id}/os-vendor-snapshots/{snapshot_id}/rollback - - evs:snapshots:rollback evs:snapshots:get evs:volumes:get
POST /v2/{project_id}/snapshots/{snapshot_id}/metadata - - evs:snapshots:update evs:snapshots:get
GET /v2/{project_id}/snapshots/{snapshot_id}/metadata - - evs:snapshots:get
PUT /v2/{project_id}/snapshots/{snapshot_id}/metadata/{key} - - evs:snapshots:update evs:snapshots:get
PUT /v2/{project_id}/snapshots/{snapshot_id}/metadata - - evs:snapshots:update evs:snapshots:get
GET /v2/{project_id}/snapshots/{snapshot_id}/metadata/{key} - - evs:snapshots:get
DELETE /v2/{project_id}/snapshots/{snapshot_id}/metadata/{key} - - evs:snapshots:delete evs:snapshots:get
POST /v2/{project_id}/os-volume-transfer - - evs:transfers:create
GET /v2/{project_id}/os-volume-transfer - - evs:transfers:list
GET /v2/{project_id}/os-volume-transfer/detail - - evs:transfers:list
GET /v2/{project_id}/os-volume-transfer/{transfer_id} - - evs:transfers:get
POST /v2/{project_id}/os-volume-transfer/{transfer_id}/accept - - evs:transfers:accept
DELETE /v2/{project_id}/os-volume-transfer/{transfer_id} - - evs:transfers:delete
"""  # noqa: E501
# Reference-notes 46; the two identity calls are no EVS operations.
NOT_IN_A5 = {"v1_show_job", "v1_show_volume", "iam_create_token", "iam_list_projects"}


def rows() -> list[tuple[Operation, str, tuple[str, ...]]]:
    return [read(line.split()) for line in A5.split("\n") if line]


def read(cells: list[str]) -> tuple[Operation, str, tuple[str, ...]]:
    method, path, key, source, *actions = cells
    found = CATALOGUE.identify(
        method, path.replace("{api_version}", "v2").encode(), b"", {"os-extend" if key == "-" else key: {}}
    )
    assert isinstance(found, Match), cells
    assert found.operation.path == path
    return found.operation, source, () if actions == ["None"] else tuple(actions)


def test_each_row_of_the_appendix_is_declared() -> None:
    for operation, source, actions in rows():
        assert (operation.actions_by_source[source] if source != "-" else operation.actions) == actions, operation.id


def test_what_the_appendix_does_not_list_has_no_actions() -> None:
    listed = {operation.id for operation, _, _ in rows()}
    assert {each.id for each in CATALOGUE.operations} - listed == NOT_IN_A5
    assert all(CATALOGUE.by_id[each].actions is None for each in NOT_IN_A5)


def test_creation_without_a_known_source_needs_what_an_empty_disk_needs() -> None:
    create = CATALOGUE.by_id["cinder_create_volume"]
    assert create.actions == create.actions_by_source["empty"]

"""Transfers of a disk between projects: section 7.4."""

from __future__ import annotations

from gateway.contract.fields import AuthKey, Body, Limit, Offset, Query, TransferName, VolumeId
from gateway.contract.model import Effect, Family, Operation, Resource


class NewTransfer(Body):
    """Source: 7.4.1, parameters in the transfer field."""

    volume_id: VolumeId
    name: TransferName | None = None


class CreateTransfer(Body):
    """Source: 7.4.1, request."""

    transfer: NewTransfer


class Acceptance(Body):
    """Source: 7.4.2, parameter in the accept field."""

    auth_key: AuthKey


class AcceptTransfer(Body):
    """Source: 7.4.2, request."""

    accept: Acceptance


class TransfersQuery(Query):
    """Source: 7.4.5 and 7.4.6, request filter parameters."""

    limit: Limit | None = None
    offset: Offset | None = None


OPERATIONS = (
    Operation(
        id="cinder_create_transfer",
        section="7.4.1",
        title="Creating a Disk Transfer",
        method="POST",
        path="/v2/{project_id}/os-volume-transfer",
        status=202,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.CREATE,
        actions=("evs:transfers:create",),
        body_key="transfer",
        request=CreateTransfer,
    ),
    Operation(
        id="cinder_accept_transfer",
        section="7.4.2",
        title="Accepting a Disk Transfer",
        method="POST",
        path="/v2/{project_id}/os-volume-transfer/{transfer_id}/accept",
        status=202,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.ACCEPT,
        actions=("evs:transfers:accept",),
        body_key="accept",
        request=AcceptTransfer,
    ),
    Operation(
        id="cinder_delete_transfer",
        section="7.4.3",
        title="Deleting a Disk Transfer",
        method="DELETE",
        path="/v2/{project_id}/os-volume-transfer/{transfer_id}",
        status=202,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.DELETE,
        actions=("evs:transfers:delete",),
    ),
    Operation(
        id="cinder_show_transfer",
        section="7.4.4",
        title="Querying Details of a Disk Transfer",
        method="GET",
        path="/v2/{project_id}/os-volume-transfer/{transfer_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.SHOW,
        actions=("evs:transfers:get",),
    ),
    Operation(
        id="cinder_list_transfers",
        section="7.4.5",
        title="Querying All Disk Transfers",
        method="GET",
        path="/v2/{project_id}/os-volume-transfer",
        status=200,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.LIST,
        actions=("evs:transfers:list",),
        query=TransfersQuery,
    ),
    Operation(
        id="cinder_list_transfers_detail",
        section="7.4.6",
        title="Querying Details of All Disk Transfers",
        method="GET",
        path="/v2/{project_id}/os-volume-transfer/detail",
        status=200,
        family=Family.CINDER,
        resource=Resource.TRANSFER,
        effect=Effect.LIST,
        actions=("evs:transfers:list",),
        query=TransfersQuery,
    ),
)

"""What a region offers: disk types, quotas, extensions and zones (sections 7.1.7 to 7.1.9, 7.1.16, 7.1.17)."""

from __future__ import annotations

from gateway.contract.fields import Query, Usage
from gateway.contract.model import Effect, Family, Operation, Resource
from gateway.contract.object_rules import SameProject


class QuotaQuery(Query):
    """Source: 7.1.9. Usage stands among the path parameters and is a query parameter (reference-notes 25)."""

    usage: Usage


OPERATIONS = (
    Operation(
        id="cinder_list_volume_types",
        section="7.1.7",
        title="Querying EVS Disk Types",
        method="GET",
        path="/v2/{project_id}/types",
        status=200,
        family=Family.CINDER,
        resource=Resource.TYPE,
        effect=Effect.LIST,
        actions=("evs:types:get",),
    ),
    Operation(
        id="cinder_show_volume_type",
        section="7.1.8",
        title="Querying Details About an EVS Disk Type",
        method="GET",
        path="/v2/{project_id}/types/{type_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.TYPE,
        effect=Effect.SHOW,
        actions=("evs:types:get",),
    ),
    Operation(
        id="cinder_show_quota_set",
        section="7.1.9",
        title="Querying Details of Tenant Quotas",
        method="GET",
        path="/v2/{project_id}/os-quota-sets/{target_project_id}",
        status=200,
        family=Family.CINDER,
        resource=Resource.QUOTA,
        effect=Effect.SHOW,
        actions=("evs:quotas:get",),
        query=QuotaQuery,
        rules=(SameProject(),),
    ),
    Operation(
        id="cinder_list_extensions",
        section="7.1.16",
        title="Querying Extension APIs",
        method="GET",
        path="/v2/{project_id}/extensions",
        status=200,
        family=Family.CINDER,
        resource=Resource.EXTENSION,
        effect=Effect.LIST,
        actions=(),
    ),
    Operation(
        id="cinder_list_availability_zones",
        section="7.1.17",
        title="Querying All AZs",
        method="GET",
        path="/v2/{project_id}/os-availability-zone",
        status=200,
        family=Family.CINDER,
        resource=Resource.ZONE,
        effect=Effect.LIST,
        actions=(),
    ),
)

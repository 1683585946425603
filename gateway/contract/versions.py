"""Chapter 5: version documents. They need no credentials (reference-notes 40)."""

from __future__ import annotations

from gateway.contract.model import Effect, Family, Operation, Resource

OPERATIONS = (
    Operation(
        id="list_api_versions",
        section="5.1",
        title="Querying Information of API Versions",
        method="GET",
        path="/",
        status=300,
        family=Family.VERSIONS,
        resource=Resource.VERSION,
        effect=Effect.LIST,
        actions=(),
        authenticated=False,
    ),
    Operation(
        id="show_api_version",
        section="5.2",
        title="Querying Information of an API Version",
        method="GET",
        path="/{api_version}",
        status=200,
        family=Family.VERSIONS,
        resource=Resource.VERSION,
        effect=Effect.SHOW,
        actions=(),
        authenticated=False,
    ),
)

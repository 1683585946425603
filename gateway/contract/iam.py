"""The two IAM calls that the reference shows by example only (sections 3.1, 3.2 and A.6).

Only the top-level object of the token request is demanded; the rest at most warns (reference-notes 92).
"""

from __future__ import annotations

from gateway.contract.fields import Body, ShownObject
from gateway.contract.model import Effect, Family, Operation, Resource
from gateway.contract.object_rules import Shown


class Auth(Body):
    """Source: 3.1 and 3.2, the example requests."""

    rules = (Shown("identity"),)

    identity: ShownObject | None = None
    scope: ShownObject | None = None


class CreateToken(Body):
    """Source: 3.1 Making an API Request, 3.2 Authentication."""

    auth: Auth


OPERATIONS = (
    Operation(
        id="iam_create_token",
        section="3.2",
        title="Obtaining a User Token",
        method="POST",
        path="/v3/auth/tokens",
        status=201,
        family=Family.IAM,
        resource=Resource.TOKEN,
        effect=Effect.ISSUE,
        actions=None,
        body_key="auth",
        request=CreateToken,
        authenticated=False,
    ),
    Operation(
        id="iam_list_projects",
        section="A.6",
        title="Obtaining a Project ID",
        method="GET",
        path="/v3/projects",
        status=200,
        family=Family.IAM,
        resource=Resource.PROJECT,
        effect=Effect.LIST,
        actions=None,
    ),
)

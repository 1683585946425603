"""The two IAM calls, which the reference shows by example only (reference-notes 92)."""

from __future__ import annotations

from gateway.contract.answers.types import Answer, AnyObject, Id, MaybeText, Text, Time


class Token(Answer):
    """Source: 3.3, example. The token itself is in the header X-Subject-Token."""

    expires_at: Time
    methods: list[str]
    catalog: list[AnyObject] | None = None


class IssuedToken(Answer):
    """Source: 3.3, example."""

    token: Token


class Project(Answer):
    """Source: A.6, example."""

    id: Id
    name: Text
    domain_id: MaybeText = None
    is_domain: bool | None = None
    parent_id: MaybeText = None
    description: MaybeText = None
    enabled: bool | None = None
    links: AnyObject | None = None


class Projects(Answer):
    """Source: A.6, example."""

    projects: list[Project]
    links: AnyObject | None = None

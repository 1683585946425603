"""Where the values of condition keys come from that do not lie in a body or a look-up: one small function a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.access import values
from gateway.access.direct_values import read_or_unresolved
from gateway.access.reading import Context
from gateway.access.values import ABSENT, UNRESOLVED, Value
from gateway.contract.model import Family

Read = Callable[[Context], Value]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def unresolved(*_: Any) -> Value:
    return UNRESOLVED


def absent(_: Context) -> Value:
    return ABSENT


def no_approvals(_: Context) -> Value:
    return 0


def no_break_glass(_: Context) -> Value:
    return False


# The clock and the surroundings


def now(context: Context) -> Value:
    return context.facts.at


def day_of_week(context: Context) -> Value:
    return _DAYS[context.local_time().weekday()]


def time_of_day(context: Context) -> Value:
    return context.local_time().strftime("%H:%M")


def environment(context: Context) -> Value:
    return UNRESOLVED if context.facts.environment is None else context.facts.environment


def source_ip(context: Context) -> Value:
    """Return the client's address; one that is none leaves it open (rule 10)."""
    return ABSENT if context.facts.source_ip is None else read_or_unresolved(values.address, context.facts.source_ip)


# Who asks


def of_principal(field: str) -> Read:
    """Return the reader of a field of the principal; one that is not known is absent."""

    def read(context: Context) -> Value:
        found = getattr(context.principal, field)
        return ABSENT if found is None else str(found)

    return read


def principal_urn(context: Context) -> Value:
    """Return the name of who asks as IAM writes it; the account in it is the domain id (rule 15)."""
    who = context.principal
    if who.domain_id is None:
        return UNRESOLVED
    if who.agency is not None:
        return f"sts::{who.domain_id}:assumed-agency:{who.agency}/{who.user_name or ''}"
    return UNRESOLVED if who.user_name is None else f"iam::{who.domain_id}:user:{who.user_name}"


# What is asked


def operation(context: Context) -> Value:
    return context.match.operation.id


def family(context: Context) -> Value:
    found = context.match.operation.family
    return "vendor" if found is Family.CUSTOM else found.value


def version(context: Context) -> Value:
    """Return the version segment of the path."""
    segments = context.match.operation.segments
    first = segments[0] if segments else ABSENT
    return context.path("api_version") if first == "{api_version}" else first


def service(context: Context) -> Value:
    return context.action.partition(":")[0] or ABSENT


def target_project(context: Context) -> Value:
    return context.path("target_project_id")


def volume_id(context: Context) -> Value:
    return context.named("volume")


def snapshot_id(context: Context) -> Value:
    return context.named("snapshot")

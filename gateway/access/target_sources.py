"""The values of condition keys that a look-up of the disk or snapshot gives: one small function a key."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.access.reading import Context, entry, flag, looked_up, text, whole
from gateway.access.sources import Read
from gateway.access.values import ABSENT, UNRESOLVED, Nothing, Value


def target_text(field: str) -> Read:
    return lambda context: text(looked_up(context, field))


def target_flag(field: str) -> Read:
    return lambda context: flag(looked_up(context, field))


def target_size(context: Context) -> Value:
    return whole(looked_up(context, "size"))


def target_metadata(context: Context, member: str) -> Value:
    return entry(looked_up(context, "metadata"), member)


def resource_tag(context: Context, member: str) -> Value:
    return entry(looked_up(context, "tags"), member)


def size_delta(context: Context) -> Value:
    """Return by how much a disk grows."""
    if not context.extends:
        return ABSENT
    new, old = whole(context.member("new_size")), target_size(context)
    return new - old if isinstance(new, int) and isinstance(old, int) else UNRESOLVED


def target_age(context: Context) -> Value:
    """Return for how long the target has existed. The services print UTC in several forms (reference-notes 75)."""
    found = text(looked_up(context, "created_at"))
    return found if isinstance(found, Nothing) else _age(context, found)


def _age(context: Context, when: str) -> Value:
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return UNRESOLVED
    return context.facts.at - (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()

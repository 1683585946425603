"""Times as the service writes them.

Units: seconds since the epoch come in.
"""

from __future__ import annotations

from datetime import UTC, datetime


def in_microseconds(at: float) -> str:
    """Return a time as disks, snapshots and transfers show it, without zone. Source: 7.1.1, created_at."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def in_milliseconds(at: float) -> str:
    """Return a time as jobs show it. Source: 8.1.1, begin_time."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def of_token(at: float) -> str:
    """Return a time as token answers show it. Source: 3.3, example."""
    return in_microseconds(at) + "Z"

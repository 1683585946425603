"""Which API actions a request needs: the row of appendix A.5, chosen by what the request says.

Source: A.5, with reference-notes 43 to 49.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.contract.model import Match

# The members of a new disk that name its source, with the word for it; None where A.5 has no row for such a source.
SOURCES: Mapping[str, str | None] = MappingProxyType(
    {"imageRef": "image", "snapshot_id": "snapshot", "backup_id": None, "source_volid": None, "source_replica": None}
)


def required_actions(match: Match) -> tuple[str, ...] | None:
    """Return the actions a request needs, none for an empty tuple; None where the reference leaves it open.

    Left open are operations that A.5 does not list, new disks from a source that it does not list, and bodies that
    name several sources or none that can be read (reference-notes 46 and 49).
    """
    operation = match.operation
    if not operation.actions_by_source:
        return operation.actions
    source = _source(match)
    return operation.actions_by_source.get(source) if source else None


def _source(match: Match) -> str | None:
    body = match.body if isinstance(match.body, dict) else {}
    disk = body.get(match.operation.body_key or "")
    if not isinstance(disk, dict):
        return None
    given = [SOURCES[name] for name in SOURCES if disk.get(name) is not None]
    return "empty" if not given else given[0] if len(given) == 1 else None

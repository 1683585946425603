"""What a request names, as conditions see it: read from the answer to a query for it.

Source: 7.1.6 and 7.3.6 for the members; policy-format for the fields of a target.
"""

from __future__ import annotations

from urllib.parse import quote

from gateway.access.facts import Target
from gateway.access.requirements import Target as Named
from gateway.access.values import ABSENT
from gateway.contract.model import JsonValue, Resource
from gateway.http.messages import Response
from gateway.http.strict_json import Json, parse

# Fields of a target that an answer has under the same name.
_SAME = ("status", "size", "metadata", "tags", "created_at")
_COLLECTIONS = {Resource.VOLUME: "volumes", Resource.SNAPSHOT: "snapshots"}


def path_of(project: str, named: Named) -> bytes:
    """Return the path of the query for a disk or snapshot; ids come percent-decoded, so they are encoded again."""
    return f"/v2/{quote(project, safe='')}/{_COLLECTIONS[named.resource]}/{quote(named.id, safe='')}".encode()


def target_in(response: Response, named: Named) -> Target:
    """Return the state that an answer shows; None when there is no such thing; ABSENT when it says neither, or says it
    in a way that can be read in two."""
    if response.status == 404:
        return None
    if response.status != 200:
        return ABSENT
    read = parse(response.body)
    document = read.value if isinstance(read, Json) else None
    shown = document.get(named.resource.value) if isinstance(document, dict) else None
    return _fields(shown) if isinstance(shown, dict) else ABSENT


def _fields(shown: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the fields of a target that an answer has; a field that it lacks stays unresolved."""
    fields: dict[str, JsonValue] = {name: shown[name] for name in _SAME if name in shown}
    if "volume_type" in shown:
        fields["type"] = shown["volume_type"]
    if "attachments" in shown:
        fields["attached"] = bool(shown["attachments"])
    return fields

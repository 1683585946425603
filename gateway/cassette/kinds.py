"""What identifies what: the kinds of ids, where each kind stands, and the form a replayed one takes.

Tables only. Source of the members and collections: the API reference's examples, and for the calls outside it
what the published clients send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

PROJECT = "project"
SECRET = "secret"  # noqa: S105 - a kind of alias, not a secret

KINDS = (
    PROJECT,
    "volume",
    "snapshot",
    "transfer",
    "job",
    "server",
    "image",
    "attachment",
    "domain",
    SECRET,
)

# The segment before an id in a path.
COLLECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "volumes": "volume",
        "cloudvolumes": "volume",
        "os-vendor-volumes": "volume",
        "recycle-bin-volumes": "volume",
        "snapshots": "snapshot",
        "cloudsnapshots": "snapshot",
        "os-vendor-snapshots": "snapshot",
        "os-volume-transfer": "transfer",
        "volume-transfers": "transfer",
        "jobs": "job",
        "attachments": "attachment",
        "os-quota-sets": PROJECT,
        "projects": PROJECT,
        "domains": "domain",
    }
)

# Segments of undocumented paths whose answers no write of this API changes.
STEADY = frozenset({"types", "extensions", "os-availability-zone", "defaults", "qos-specs", "policy"})

# Kinds that belong to one client. A server or an image may be anybody's.
OWNED = frozenset({"volume", "snapshot", "transfer", "job", "attachment"})

# The member that holds an `id`. An entry of `attachments` repeats the id of its disk.
HOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "volume": "volume",
        "volumes": "volume",
        "attachments": "volume",
        "snapshot": "snapshot",
        "snapshots": "snapshot",
        "transfer": "transfer",
        "transfers": "transfer",
        "job": "job",
        "jobs": "job",
        "quota_set": PROJECT,
        "project": PROJECT,
        "projects": PROJECT,
        "domain": "domain",
    }
)

# Members that are ids themselves, or lists of them.
MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        "volume_id": "volume",
        "volume_ids": "volume",
        "source_volid": "volume",
        "snapshot_id": "snapshot",
        "snapshot_ids": "snapshot",
        "transfer_id": "transfer",
        "job_id": "job",
        "server_id": "server",
        "instance_uuid": "server",
        "image_id": "image",
        "imageRef": "image",
        "attachment_id": "attachment",
        "domain_id": "domain",
        "project_id": PROJECT,
        "tenant_id": PROJECT,
        "os-vol-tenant-attr:tenant_id": PROJECT,
        "os-extended-snapshot-attributes:project_id": PROJECT,
    }
)

# Members whose values a client picks freely, in whatever document they stand.
CHOSEN = frozenset({"name", "description", "display_name", "display_description", "volume_name", "image_name"})

# The one secret that a client gets and must send back.
RETURNED_SECRET = "auth_key"  # noqa: S105 - the name of a member

# Kinds written as 32 hexadecimal digits; the others are UUIDs. Source: API reference, sections 4.1 and 8.1.1.
PLAIN_HEX = frozenset({PROJECT, "domain", "job"})

UUID_MARK = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ID_MARK = rf"(?:{UUID_MARK}|[0-9a-fA-F]{{32}})"
SECRET_MARK = r"redacted-auth_key-[0-9a-f]{12}"  # noqa: S105 - the placeholder of redaction
ALIAS_MARK = rf"<(?:{'|'.join(KINDS)}):[0-9]+>"

IS_ID = re.compile(ID_MARK)
IS_UUID = re.compile(UUID_MARK)
IS_ALIAS = re.compile(ALIAS_MARK)
# An id that stands alone in a text, or an alias.
NAMED_THING = re.compile(rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}}))(?:{ID_MARK})(?![0-9A-Za-z])|{ALIAS_MARK}")


def kind_of(alias: str) -> str:
    """Return the kind an alias names: `volume` of `<volume:1>`."""
    return alias[1:].partition(":")[0]


def number_of(alias: str) -> int:
    """Return the number in an alias: 1 of `<volume:1>`."""
    return int(alias[alias.index(":") + 1 : -1])

"""The four requests that are measured, and the answers the origin gives to them: one disk again and again, as a poller
asks; any of many disks; a long list; a create.

Shapes: Querying Details About a Disk, Querying Details About All Disks (Cinder, 7.1.6 and 7.1.5) and Creating EVS
Disks (6.1.1). The answers name the service's own hosts in their links, as the real ones do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

PROJECT = "40acc331ac784f34842ba4f08ff2be48"
# A token of a usual length: headers are read, judged and passed on at each request.
TOKEN = "MIIF" + "bench0token" * 60
LISTED = 50
# How many disks the origin has, and a recording for replay holds.
DISKS = 100
DISK_PREFIX = "591ac654-26d8-41be-bb77-"
_HOST = "https://volume.az0.dc1.domainname.com"


@dataclass(frozen=True, slots=True)
class Workload:
    """One request and the one answer that counts as right. `origin` is in the target where a proxy is asked. With more
    than one disk, `%012x` in the target stands for any of them (1 to `disks`), and the answer is that to the first."""

    name: str
    method: str
    target: str
    status: int
    answer: bytes = field(repr=False)
    body: bytes = b""
    origin: str = ""
    disks: int = 1

    @property
    def sent_target(self) -> str:
        """The target as it stands in the request line, with the place of the disk left open."""
        return self.origin + self.target

    @property
    def sent_targets(self) -> tuple[str, ...]:
        """Every target that may stand in the request line."""
        if self.disks == 1:
            return (self.sent_target,)
        return tuple(self.sent_target % number for number in range(1, self.disks + 1))

    def through_proxy(self, origin: str) -> Workload:
        """Return the same for a proxy before the origin."""
        return replace(self, origin=origin)

    @property
    def headers(self) -> dict[str, str]:
        common = {"X-Auth-Token": TOKEN, "Accept": "application/json", "User-Agent": "evs-gateway-benchmark"}
        common |= {"Host": self.origin.removeprefix("http://")} if self.origin else {}
        return common | ({"Content-Type": "application/json"} if self.body else {})

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


def volume_id(number: int) -> str:
    return f"{DISK_PREFIX}{number:012x}"


def volume(number: int) -> dict[str, object]:
    """Return a disk as the service describes it, links and all.

    Source: Querying Details About a Disk, example response.
    """
    place = f"{PROJECT}/volumes/{volume_id(number)}"
    return {
        "attachments": [],
        "links": [
            {"href": f"{_HOST}/v2/{place}", "rel": "self"},
            {"href": f"{_HOST}/{place}", "rel": "bookmark"},
        ],
        "availability_zone": "az-dc-1",
        "os-vol-host-attr:host": "az-dc-1#SSD",
        "encrypted": False,
        "multiattach": True,
        "updated_at": "2016-02-03T02:19:29.895237",
        "os-volume-replication:extended_status": None,
        "replication_status": "disabled",
        "snapshot_id": None,
        "id": volume_id(number),
        "size": 40,
        "user_id": "fd03ee73295e45478d88e15263d2ee4e",
        "os-vol-tenant-attr:tenant_id": PROJECT,
        "metadata": {"policy": "daily"},
        "status": "available",
        "description": "a disk of the benchmark",
        "source_volid": None,
        "consistencygroup_id": None,
        "os-vol-mig-status-attr:migstat": None,
        "os-vol-mig-status-attr:name_id": None,
        "volume_image_metadata": None,
        "name": f"bench-{number:04d}",
        "bootable": "false",
        "created_at": "2016-02-03T02:19:11.723797",
        "volume_type": "SSD",
        "service_type": "EVS",
        "dedicated_storage_id": None,
        "dedicated_storage_name": None,
        "wwn": f"688860300000d136fa16f48f{number:08x}",
    }


def _create_body() -> dict[str, object]:
    return {
        "volume": {
            "backup_id": None,
            "count": 1,
            "availability_zone": "az-dc-1",
            "description": "a disk that the benchmark asks for again and again",
            "size": 40,
            "name": "bench",
            "imageRef": None,
            "volume_type": "SSD",
            "multiattach": False,
        }
    }


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


GET = Workload("get", "GET", f"/v2/{PROJECT}/volumes/{volume_id(1)}", 200, _json({"volume": volume(1)}))
LIST = Workload(
    "list",
    "GET",
    f"/v2/{PROJECT}/volumes/detail?limit={LISTED}",
    200,
    _json({"volumes": [volume(number) for number in range(1, LISTED + 1)]}),
)
CREATE = Workload(
    "create",
    "POST",
    f"/v2/{PROJECT}/cloudvolumes",
    202,
    _json({"job_id": "ff8080816b512df7016b6ab8982b496b", "volume_ids": [volume_id(1)]}),
    _json(_create_body()),
)
ANY = replace(GET, name="any", target=f"/v2/{PROJECT}/volumes/{DISK_PREFIX}%012x", disks=DISKS)
READS = (GET, ANY, LIST)
ALL = (GET, ANY, LIST, CREATE)

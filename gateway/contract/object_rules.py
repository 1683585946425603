"""Rules about several members of one object, or about several parts of a request.

They judge the object that holds the members and name the member meant; null counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject, JsonValue, Match, Remark, Severity
from gateway.contract.rules import Rule, byte_length, whole_number

# The keys of metadata that a source of the disk decides. Source: A.1, EVS.1043 (the underscores are lost there).
_DECIDED_BY_SOURCE = ("hw:passthrough", "__system__encrypted", "__system__cmkid")


def _given(members: tuple[str, ...], value: JsonObject) -> list[str]:
    return [name for name in members if value.get(name) is not None]


@dataclass(frozen=True, slots=True)
class AtMostOne:
    """At most one of the members is given. Source: 6.1.1 and 7.1.1, notes under the request parameters."""

    members: tuple[str, ...]
    fault: Fault

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        given = _given(self.members, value)
        if len(given) > 1:
            limit = "at most one of " + ", ".join(self.members)
            yield Remark("one-of", Severity.REJECT, limit, self.fault, (given[1],))


@dataclass(frozen=True, slots=True)
class NeededUnless:
    """A member is mandatory unless another is given. Source: 6.1.1, size (reference-notes 3)."""

    member: str
    other: str
    fault: Fault

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        if not _given((self.member, self.other), value):
            yield Remark("missing", Severity.REJECT, f"given, unless {self.other} is", self.fault, (self.member,))


@dataclass(frozen=True, slots=True)
class EitherOf:
    """Not all of the members are absent; all being empty strings warns. Source: 6.1.4 (reference-notes 28)."""

    members: tuple[str, ...]
    fault: Fault

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        given = _given(self.members, value)
        limit = "not all absent or empty: " + ", ".join(self.members)
        if not given:
            yield Remark("missing", Severity.REJECT, limit, self.fault)
        elif all(value[name] == "" for name in given):
            yield Remark("empty", Severity.WARN, limit, self.fault)


@dataclass(frozen=True, slots=True)
class NotVoid:
    """The object has a member at all. Source: 7.1.3, 7.1.14 (reference-notes 28 and 31)."""

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        if not value:
            yield Remark("empty", Severity.WARN, "not empty")


@dataclass(frozen=True, slots=True)
class SingleFromBackup:
    """A disk from a backup is created alone. Source: 6.1.1, count (reference-notes 5)."""

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        if value.get("backup_id") is not None and (whole_number(value.get("count")) or 1) > 1:
            yield Remark("batch", Severity.REJECT, "1 with a backup", faults.BACKUP_BATCH, ("count",))


@dataclass(frozen=True, slots=True)
class BatchName:
    """The name of a batch leaves room for its running number: 250 bytes. Source: 6.1.1, name."""

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        name = value.get("name")
        is_batch = (whole_number(value.get("count")) or 1) > 1
        # Longer than 255 bytes is what the field's own type says.
        if is_batch and isinstance(name, str) and 250 < byte_length(name) <= 255:
            yield Remark("length", Severity.REJECT, "at most 250 bytes in a batch", faults.VOLUME_NAME, ("name",))


@dataclass(frozen=True, slots=True)
class SizeForSource:
    """A size that fits the likely kind of disk: data disks begin at 10 GB, system disks end at 1024 GB.

    No member says which kind it is, so nothing is refused (reference-notes 2).
    """

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        size = whole_number(value.get("size"))
        if size is None:
            return
        sources = _given(("backup_id", "snapshot_id", "imageRef", "source_volid", "source_replica"), value)
        if 1 <= size < 10 and not sources:
            yield Remark("range", Severity.WARN, "10 to 32768 GB for a data disk", None, ("size",))
        elif 1024 < size <= 32768 and "imageRef" in sources:
            yield Remark("range", Severity.WARN, "1 to 1024 GB for a system disk", None, ("size",))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Metadata: texts under free keys. `null` and `long` say what becomes of a null value and of a key or value of
    more than 255 bytes, which not every section forbids (reference-notes 6 and 30)."""

    null: Severity = Severity.WARN
    long: Severity = Severity.WARN

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if not isinstance(value, dict):
            return
        for key, each in value.items():
            yield from self._judge_pair(key, each)
        if _total(value) >= 1048576:
            yield Remark("size", Severity.REJECT, "less than 1048576 bytes in all", faults.METADATA_SIZE)

    def _judge_pair(self, key: str, value: JsonValue) -> Iterator[Remark]:
        if value is None:
            yield Remark("null", self.null, "a string", None, (key,))
        elif isinstance(value, dict | list):
            yield Remark("type", Severity.REJECT, "a string", None, (key,))
        elif not isinstance(value, str):
            yield Remark("type", Severity.WARN, "a string", None, (key,))
        if byte_length(key) > 255 or (isinstance(value, str) and byte_length(value) > 255):
            yield Remark("length", self.long, "at most 255 bytes", None, (key,))


def _total(pairs: JsonObject) -> int:
    return sum(byte_length(key) + (byte_length(each) if isinstance(each, str) else 0) for key, each in pairs.items())


@dataclass(frozen=True, slots=True)
class Entry:
    """The value under one key of free ones obeys a rule of its own, with a fault of its own."""

    key: str
    rule: Rule
    fault: Fault

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, dict) and value.get(self.key) is not None:
            for remark in self.rule.judge(value[self.key]):
                yield replace(remark, fault=self.fault, at=(self.key,))


@dataclass(frozen=True, slots=True)
class ListedKeys:
    """Only the listed keys are allowed; those that another place of the reference names warn (reference-notes 7)."""

    keys: tuple[str, ...]
    tolerated: tuple[str, ...]

    def judge(self, value: JsonValue) -> Iterator[Remark]:
        if isinstance(value, dict):
            for key in (each for each in value if each not in self.keys):
                severity = Severity.WARN if key in self.tolerated else Severity.REJECT
                yield Remark("unlisted", severity, "one of " + ", ".join(self.keys), None, (key,))


@dataclass(frozen=True, slots=True)
class MetadataFitsSource:
    """Metadata that the source of a disk decides is not given with a snapshot or an image; linked cloning is asked
    for with a snapshot. Source: notes under the metadata tables, EVS.1043 (reference-notes 7 and 8)."""

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        metadata = value.get("metadata")
        if not isinstance(metadata, dict):
            return
        if _given(("snapshot_id", "imageRef"), value):
            for key in _given(_DECIDED_BY_SOURCE, metadata):
                limit = "absent with a snapshot or an image"
                yield Remark("source", Severity.REJECT, limit, faults.SOURCE_METADATA, ("metadata", key))
        if value.get("snapshot_id") is None and metadata.get("full_clone") is not None:
            limit = "absent without a snapshot"
            yield Remark("source", Severity.WARN, limit, faults.FULL_CLONE, ("metadata", "full_clone"))


@dataclass(frozen=True, slots=True)
class Overruled:
    """A member is not used when another is given. Source: 7.1.3, display_name (reference-notes 29)."""

    member: str
    by: str

    def judge(self, value: JsonObject) -> Iterator[Remark]:
        if len(_given((self.member, self.by), value)) == 2:
            yield Remark("unused", Severity.WARN, f"absent, because {self.by} is given", None, (self.member,))


@dataclass(frozen=True, slots=True)
class SameKey:
    """One piece of metadata is the one that the path names. Source: 7.1.14 and 7.3.9 (reference-notes 31)."""

    def judge(self, match: Match) -> Iterator[Remark]:
        meta = match.body.get("meta") if isinstance(match.body, dict) else None
        key = match.path_values.get("key")
        if isinstance(meta, dict) and meta and list(meta) != [key]:
            yield Remark("mismatch", Severity.REJECT, "the one key of the path", faults.BODY_MISMATCH, ("body", "meta"))


@dataclass(frozen=True, slots=True)
class SameProject:
    """The project that is asked about is the one that asks. Source: 7.1.9 (reference-notes 24)."""

    def judge(self, match: Match) -> Iterator[Remark]:
        if match.path_values.get("target_project_id") != match.project:
            limit = "the project_id of the path"
            yield Remark("mismatch", Severity.REJECT, limit, faults.PROJECT_ID, ("path", "target_project_id"))

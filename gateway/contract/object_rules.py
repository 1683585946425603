"""Rules about several members of one object, or about several parts of a request.

They judge the object that holds the members and name the member meant; null counts as absent. Rules about an object
carry whole rule ids in their remarks, as they belong to no single member; those about metadata are rules of that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject, JsonValue, Match, Remark, Severity
from gateway.contract.rules import Rule, byte_length, said, whole_number

# The keys of metadata that a source of the disk decides. Source: A.1, EVS.1043 (the underscores are lost there).
_DECIDED_BY_SOURCE = ("hw:passthrough", "__system__encrypted", "__system__cmkid")


def _given(members: tuple[str, ...], value: JsonObject) -> list[str]:
    return [name for name in members if value.get(name) is not None]


def _sources(members: tuple[str, ...], value: JsonObject) -> list[str]:
    """Return the members that name a source. An empty id names none: it only warns (reference-notes 89)."""
    return [name for name in members if value.get(name) not in (None, "")]


@dataclass(frozen=True, slots=True)
class AtMostOne:
    """At most one of the members is given. Source: 6.1.1 and 7.1.1, notes under the request parameters."""

    members: tuple[str, ...]
    fault: Fault

    def remarks(self) -> Sequence[Remark]:
        limit = "at most one of " + ", ".join(self.members)
        return (Remark("one-source", Severity.REJECT, limit, self.fault, ("*",)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        given = _sources(self.members, value)
        return (said(self, "one-source", (given[1],)),) if len(given) > 1 else ()


@dataclass(frozen=True, slots=True)
class NeededUnless:
    """A member is mandatory unless another is given. Source: 6.1.1, size (reference-notes 3)."""

    member: str
    other: str
    fault: Fault

    def remarks(self) -> Sequence[Remark]:
        limit = f"given, unless {self.other} is"
        return (Remark(f"{self.member}-missing", Severity.REJECT, limit, self.fault, (self.member,)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        return () if _sources((self.member, self.other), value) else self.remarks()


@dataclass(frozen=True, slots=True)
class EitherOf:
    """Not all of the members are absent; all being empty strings warns. Source: 6.1.4 (reference-notes 28)."""

    members: tuple[str, ...]
    fault: Fault

    def remarks(self) -> Sequence[Remark]:
        name, among = "-or-".join(self.members), ", ".join(self.members)
        return (
            Remark(f"{name}-missing", Severity.REJECT, f"not all absent: {among}", self.fault),
            Remark(f"{name}-empty", Severity.WARN, f"not all empty: {among}", self.fault),
        )

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        given = _given(self.members, value)
        if any(value[name] != "" for name in given):
            return ()
        missing, empty = self.remarks()
        return (empty if given else missing,)


@dataclass(frozen=True, slots=True)
class Filled:
    """The object has a member at all. Source: 7.1.3 (reference-notes 28)."""

    name: str

    def remarks(self) -> Sequence[Remark]:
        return (Remark(f"{self.name}-empty", Severity.WARN, "not empty"),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        return () if value else self.remarks()


@dataclass(frozen=True, slots=True)
class Shown:
    """A member that the reference shows by example only is there. Source: 3.1 and 3.2 (reference-notes 92)."""

    member: str

    def remarks(self) -> Sequence[Remark]:
        return (Remark(f"{self.member}-missing", Severity.WARN, "given", None, (self.member,)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        return () if self.member in value else self.remarks()


@dataclass(frozen=True, slots=True)
class SingleFromBackup:
    """A disk from a backup is created alone. Source: 6.1.1, count (reference-notes 5)."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("backup-batch", Severity.REJECT, "1 with a backup", faults.BACKUP_BATCH, ("count",)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        return self.remarks() if _sources(("backup_id",), value) and _is_batch(value) else ()


def _is_batch(value: JsonObject) -> bool:
    return (whole_number(value.get("count")) or 1) > 1


@dataclass(frozen=True, slots=True)
class BatchName:
    """The name of a batch leaves room for its running number: 250 bytes. Source: 6.1.1, name."""

    def remarks(self) -> Sequence[Remark]:
        limit = "at most 250 bytes in a batch"
        return (Remark("batch-name-length", Severity.REJECT, limit, faults.VOLUME_NAME, ("name",)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        name = value.get("name")
        # Longer than 255 bytes is what the field's own type says.
        is_long = isinstance(name, str) and 250 < byte_length(name) <= 255
        return self.remarks() if is_long and _is_batch(value) else ()


@dataclass(frozen=True, slots=True)
class SizeForSource:
    """A size that fits the likely kind of disk: data disks begin at 10 GB, system disks end at 1024 GB.

    No member says which kind it is, so nothing is refused (reference-notes 2).
    """

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("data-disk-size", Severity.WARN, "10 to 32768 GB for a data disk", None, ("size",)),
            Remark("system-disk-size", Severity.WARN, "1 to 1024 GB for a system disk", None, ("size",)),
        )

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        size = whole_number(value.get("size"))
        if size is None or 10 <= size <= 1024:
            return ()
        for_data, for_system = self.remarks()
        sources = _sources(("backup_id", "snapshot_id", "imageRef", "source_volid", "source_replica"), value)
        if 1 <= size < 10 and not sources:
            return (for_data,)
        return (for_system,) if 1024 < size <= 32768 and "imageRef" in sources else ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Metadata: texts under free keys. `null`, `long` and `great` say what becomes of a null value, of a key or value
    of more than 255 bytes and of more than 1 MB in all, which not every section forbids (reference-notes 6 and 30)."""

    null: Severity = Severity.WARN
    long: Severity = Severity.WARN
    great: Severity = Severity.WARN

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("value-null", self.null, "a string, not null", None, ("*",)),
            Remark("value-type", Severity.REJECT, "a string", None, ("*",)),
            Remark("value-converts", Severity.WARN, "a string, not a number or boolean", None, ("*",)),
            Remark("length", self.long, "at most 255 bytes in key and value", None, ("*",)),
            Remark("size", self.great, "less than 1048576 bytes in all", faults.METADATA_SIZE),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, dict) or _are_short_texts(value):
            return ()
        remarks = [remark for key in sorted(value) for remark in self._judge_pair(key, value[key])]
        return (*remarks, said(self, "size")) if _total(value) >= 1048576 else remarks

    def _judge_pair(self, key: str, value: JsonValue) -> Iterator[Remark]:
        if value is None:
            yield said(self, "value-null", (key,))
        elif isinstance(value, dict | list):
            yield said(self, "value-type", (key,))
        elif not isinstance(value, str):
            yield said(self, "value-converts", (key,))
        if byte_length(key) > 255 or (isinstance(value, str) and byte_length(value) > 255):
            yield said(self, "length", (key,))


def _are_short_texts(pairs: JsonObject) -> bool:
    """True for a few texts under keys, so short that they are within all bounds: a character has at most 4 bytes."""
    if len(pairs) >= 1024:
        return False
    for key, each in pairs.items():  # noqa: SIM110 - a generator takes longer
        if not isinstance(each, str) or len(each) >= 64 or len(key) >= 64:
            return False
    return True


def _total(pairs: JsonObject) -> int:
    return sum(byte_length(key) + (byte_length(each) if isinstance(each, str) else 0) for key, each in pairs.items())


@dataclass(frozen=True, slots=True)
class NotVoid:
    """Metadata has a pair at all. Source: 7.1.14 (reference-notes 31)."""

    def remarks(self) -> Sequence[Remark]:
        return (Remark("empty", Severity.WARN, "not empty"),)

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        return self.remarks() if value == {} else ()


@dataclass(frozen=True, slots=True)
class Entry:
    """The value under one key of free ones obeys a rule of its own, with a fault of its own. `name` begins the ids."""

    key: str
    rule: Rule
    fault: Fault

    def remarks(self) -> Sequence[Remark]:
        name = self.key.replace(":", "-").replace("_", "-")
        return tuple(
            replace(each, rule=f"{name}-{each.rule}", fault=self.fault, at=(self.key,)) for each in self.rule.remarks()
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, dict) or value.get(self.key) is None:
            return ()
        return [self._own(remark) for remark in self.rule.judge(value[self.key])]

    def _own(self, remark: Remark) -> Remark:
        return next(each for each in self.remarks() if each.rule.endswith(f"-{remark.rule}"))


@dataclass(frozen=True, slots=True)
class ListedKeys:
    """Only the listed keys are allowed; those that another place of the reference names warn (reference-notes 7)."""

    keys: tuple[str, ...]
    tolerated: tuple[str, ...]

    def remarks(self) -> Sequence[Remark]:
        limit = "one of " + ", ".join(self.keys)
        return (
            Remark("unlisted", Severity.REJECT, limit, None, ("*",)),
            Remark("tolerated", Severity.WARN, limit, None, ("*",)),
        )

    def judge(self, value: JsonValue) -> Sequence[Remark]:
        if not isinstance(value, dict):
            return ()
        others = sorted(value.keys() - self.keys)
        return [said(self, "tolerated" if key in self.tolerated else "unlisted", (key,)) for key in others]


@dataclass(frozen=True, slots=True)
class MetadataFitsSource:
    """Metadata that the source of a disk decides is not given with a snapshot or an image; linked cloning is asked
    for with a snapshot. Source: notes under the metadata tables, EVS.1043 (reference-notes 7 and 8)."""

    def remarks(self) -> Sequence[Remark]:
        decided, alone = "absent with a snapshot or an image", "absent without a snapshot"
        return (
            Remark("source-metadata", Severity.REJECT, decided, faults.SOURCE_METADATA, ("metadata", "*")),
            Remark("full-clone-source", Severity.WARN, alone, faults.FULL_CLONE, ("metadata", "full_clone")),
        )

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        metadata = value.get("metadata")
        if not isinstance(metadata, dict):
            return ()
        decided = _given(_DECIDED_BY_SOURCE, metadata) if _sources(("snapshot_id", "imageRef"), value) else ()
        remarks = [said(self, "source-metadata", ("metadata", key)) for key in decided]
        if metadata.get("full_clone") is not None and not _sources(("snapshot_id",), value):
            remarks.append(said(self, "full-clone-source"))
        return remarks


@dataclass(frozen=True, slots=True)
class Overruled:
    """A member is not used when another is given. Source: 7.1.3, display_name (reference-notes 29)."""

    member: str
    by: str

    def remarks(self) -> Sequence[Remark]:
        name = self.member.replace("_", "-")
        return (Remark(f"{name}-unused", Severity.WARN, f"absent, because {self.by} is given", None, (self.member,)),)

    def judge(self, value: JsonObject) -> Sequence[Remark]:
        return self.remarks() if len(_given((self.member, self.by), value)) == 2 else ()


@dataclass(frozen=True, slots=True)
class SameKey:
    """One piece of metadata is the one that the path names. Source: 7.1.14 and 7.3.9 (reference-notes 31)."""

    def remarks(self) -> Sequence[Remark]:
        limit = "the one key of the path"
        return (Remark("metadata-key", Severity.REJECT, limit, faults.BODY_MISMATCH, ("body", "meta")),)

    def judge(self, match: Match) -> Sequence[Remark]:
        meta = match.body.get("meta") if isinstance(match.body, dict) else None
        key = match.path_values.get("key")
        return self.remarks() if isinstance(meta, dict) and meta and list(meta) != [key] else ()


@dataclass(frozen=True, slots=True)
class SameProject:
    """The project that is asked about is the one that asks. Source: 7.1.9 (reference-notes 24)."""

    def remarks(self) -> Sequence[Remark]:
        limit = "the project_id of the path"
        at = ("path", "target_project_id")
        return (Remark("target-project", Severity.REJECT, limit, faults.PROJECT_ID, at),)

    def judge(self, match: Match) -> Sequence[Remark]:
        return () if match.path_values.get("target_project_id") == match.project else self.remarks()

"""Every condition key: its type, its unit, and where its value comes from.

A key that ends in a slash is a family: what follows the slash names one member. Names ignore case. A key without a
source here is always unresolved, so that a Deny which asks for it applies (policy-format rule 7).

Source: policy research, 1.4 and b.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.access import body_sources, sources, target_sources
from gateway.access.direct_values import as_typed
from gateway.access.nodes import suggestion
from gateway.access.reading import Context
from gateway.access.values import KeyType, Value


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """A key that conditions may name. `read` gets the context and, for a family, what stands after the slash too.

    `several`: it holds a set of values and needs a quantifier. `is_id`: UUIDs in it are compared in lower case.
    `of_target`: its value comes from looking up the disk or snapshot that the request names.
    """

    name: str
    type: KeyType
    source: str
    read: Callable[..., Value]
    unit: str = ""
    several: bool = False
    is_id: bool = False
    of_target: bool = False

    @property
    def is_family(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key as a condition names it, with the member where it is a family; `lowered` is its name in lower case."""

    key: ConditionKey
    member: str
    name: str
    lowered: str

    def value(self, context: Context) -> Value:
        """Return its value for a request, read once; what the facts set directly comes first."""
        found = context.values.get(self.lowered)
        if found is None:
            found = context.values[self.lowered] = self._read(context)
        return found

    def _read(self, context: Context) -> Value:
        direct = context.facts.context
        if direct and self.lowered in direct:
            return as_typed(direct[self.lowered], self.key.type, self.key.several)
        return self.key.read(context, self.member) if self.member else self.key.read(context)


class NoKey(ValueError):  # noqa: N818 - says of a name that it is none
    """A name that is no condition key; the message says what to write."""


S, N, B, D, A = KeyType.STRING, KeyType.NUMBER, KeyType.BOOLEAN, KeyType.DATE, KeyType.ADDRESS
_NO_SOURCE = "none here: always unresolved"
_LOOK_UP = "look-up of the disk or snapshot"


def _unknown(name: str, kind: KeyType, several: bool = False, is_id: bool = False) -> ConditionKey:
    return ConditionKey(name, kind, _NO_SOURCE, sources.unresolved, several=several, is_id=is_id)


def _principal(name: str, field: str, is_id: bool = False) -> ConditionKey:
    return ConditionKey(name, S, f"principal: {field}", sources.of_principal(field), is_id=is_id)


def _target(name: str, kind: KeyType, read: Callable[..., Value], unit: str = "") -> ConditionKey:
    return ConditionKey(name, kind, _LOOK_UP, read, unit=unit, of_target=True)


KEYS: tuple[ConditionKey, ...] = (
    ConditionKey("g:CurrentTime", D, "the clock", sources.now, unit="UTC"),
    _principal("g:DomainId", "domain_id", is_id=True),
    _principal("g:DomainName", "domain_name"),
    _unknown("g:EnterpriseProjectId", S, is_id=True),
    _unknown("g:MFAAge", N),
    _unknown("g:MFAPresent", B),
    _principal("g:PrincipalAccount", "domain_id", is_id=True),
    _unknown("g:PrincipalOrgPath", S),
    _unknown("g:PrincipalTag/", S),
    ConditionKey("g:PrincipalUrn", S, "principal: account, user or agency", sources.principal_urn),
    _principal("g:ProjectName", "project_name"),
    ConditionKey("g:RequestTag/", S, "volume.tags of the body", body_sources.request_tag),
    _target("g:ResourceTag/", S, target_sources.resource_tag),
    ConditionKey("g:ServiceName", S, "the service of the action", sources.service),
    ConditionKey("g:SourceIp", A, "the client's address", sources.source_ip),
    _unknown("g:SourceVpce", S),
    ConditionKey("g:TagKeys", S, "names in volume.tags of the body", body_sources.tag_keys, several=True),
    _principal("g:UserId", "user_id", is_id=True),
    _principal("g:UserName", "user_name"),
    _unknown("cbr:VaultId", S, is_id=True),
    ConditionKey("evs:AvailabilityZone", S, "volume.availability_zone", body_sources.of_new_disk("availability_zone")),
    ConditionKey("evs:BackupId", S, "volume.backup_id", body_sources.of_new_disk("backup_id"), is_id=True),
    _unknown("evs:ChargingMode", S),
    ConditionKey("evs:Encrypted", B, "metadata __system__encrypted; false when left out", body_sources.encrypted),
    ConditionKey("evs:ImageId", S, "volume.imageRef", body_sources.of_new_disk("imageRef"), is_id=True),
    ConditionKey("evs:KmsKeyId", S, "metadata __system__cmkid", body_sources.kms_key, is_id=True),
    _unknown("evs:ServerServiceType", S),
    ConditionKey("evs:SnapshotId", S, "path or body", sources.snapshot_id, is_id=True),
    _unknown("evs:SourceAvailabilityZone", S),
    ConditionKey("evs:VolumeId", S, "path or body", sources.volume_id, is_id=True),
    _unknown("evs:VolumeIops", N),
    ConditionKey("evs:VolumeSize", N, "size or new_size, integral part", body_sources.size, unit="GB"),
    _unknown("evs:VolumeThroughput", N),
    ConditionKey("evs:VolumeType", S, "volume.volume_type", body_sources.of_new_disk("volume_type")),
    ConditionKey("gw:ApiFamily", S, "versions, vendor, cinder, jobs or iam", sources.family),
    ConditionKey("gw:ApiVersion", S, "first segment of the path: v1, v2, v3", sources.version),
    ConditionKey("gw:ApprovalCount", N, "always 0 until approvals exist", sources.no_approvals),
    ConditionKey("gw:ApprovalGroups", S, "always absent until approvals exist", sources.absent, several=True),
    ConditionKey("gw:Assurance", S, "verified or claimed", sources.of_principal("assurance")),
    ConditionKey("gw:AuthMethod", S, "token, aksk or dev", sources.of_principal("auth_method")),
    ConditionKey("gw:Bootable", B, "os-set_bootable.bootable", body_sources.body_flag("bootable")),
    ConditionKey("gw:BreakGlass", B, "always false until break glass exists", sources.no_break_glass),
    ConditionKey("gw:DayOfWeek", S, "the clock in the set's timezone: Mon to Sun", sources.day_of_week),
    ConditionKey("gw:Environment", S, "the gateway's label", sources.environment),
    ConditionKey("gw:Force", B, "force of the body", body_sources.body_flag("force")),
    ConditionKey("gw:MetadataKeys", S, "names in the metadata of the body", body_sources.metadata_keys, several=True),
    ConditionKey("gw:Multiattach", B, "volume.multiattach, else volume.shareable", body_sources.multiattach),
    ConditionKey("gw:Operation", S, "the operation's name, see evs-gateway operations", sources.operation),
    _unknown("gw:QuotaUsedRatio", N),
    ConditionKey("gw:ReadOnly", B, "os-update_readonly_flag.readonly", body_sources.body_flag("readonly")),
    ConditionKey("gw:RequestCount", N, "volume.count, 1 when left out", body_sources.count, unit="disks"),
    ConditionKey("gw:RequestMetadata/", S, "the metadata of the body", body_sources.request_metadata),
    ConditionKey("gw:RequestTotalSize", N, "count times size", body_sources.total_size, unit="GB"),
    _target("gw:SizeDelta", N, target_sources.size_delta, unit="GB"),
    _target("gw:TargetAge", N, target_sources.target_age, unit="s"),
    _target("gw:TargetAttached", B, target_sources.target_flag("attached")),
    _target("gw:TargetMetadata/", S, target_sources.target_metadata),
    ConditionKey("gw:TargetProjectId", S, "the project whose quota is asked for", sources.target_project, is_id=True),
    _target("gw:TargetSize", N, target_sources.target_size, unit="GB"),
    _target("gw:TargetStatus", S, target_sources.target_text("status")),
    _target("gw:TargetType", S, target_sources.target_text("type")),
    ConditionKey("gw:TimeOfDay", S, "the clock in the set's timezone: HH:MM", sources.time_of_day),
)

_BY_NAME: Mapping[str, ConditionKey] = MappingProxyType({key.name.lower(): key for key in KEYS})

# What another cloud writes, and what is written here.
_FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "aws:currenttime": "g:CurrentTime",
        "aws:multifactorauthage": "g:MFAAge",
        "aws:multifactorauthpresent": "g:MFAPresent",
        "aws:principalaccount": "g:PrincipalAccount",
        "aws:principalarn": "g:PrincipalUrn",
        "aws:principaltag/": "g:PrincipalTag/",
        "aws:requesttag/": "g:RequestTag/",
        "aws:resourcetag/": "g:ResourceTag/",
        "aws:sourceip": "g:SourceIp",
        "aws:sourcevpce": "g:SourceVpce",
        "aws:tagkeys": "g:TagKeys",
        "aws:userid": "g:UserId",
        "aws:username": "g:UserName",
        "ec2:encrypted": "evs:Encrypted",
        "ec2:volumesize": "evs:VolumeSize",
        "ec2:volumetype": "evs:VolumeType",
    }
)


def read_key(name: str) -> KeyUse:
    """Return the key that a condition names. Errors: NoKey."""
    prefix, slash, member = name.partition("/")
    key = _BY_NAME.get(f"{prefix}{slash}".lower())
    if key is None:
        raise NoKey(_unknown_key(name, f"{prefix}{slash}"))
    if key.is_family and not member:
        raise NoKey(f"{name!r} names no member; write {key.name}<name>")
    full = f"{key.name}{member}"
    return KeyUse(key, member, full, full.lower())


def _unknown_key(name: str, base: str) -> str:
    foreign = _FOREIGN.get(base.lower())
    hint = f"; Huawei Cloud writes {foreign}" if foreign else suggestion(base, [key.name for key in KEYS])
    return f"unknown condition key {name!r}{hint}"

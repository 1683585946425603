"""What a region offers: sections 5.1, 5.2, 7.1.7 to 7.1.9, 7.1.16 and 7.1.17."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.contract.answers.types import Answer, AnyObject, Id, MaybeText, Text
from gateway.contract.answers.volumes import ExtraSpecs


class MediaType(Answer):
    """Source: 5.1, parameters in the media-types field."""

    type: Text
    base: Text


class VersionLink(Answer):
    """Source: 5.1, parameters in the links field. Only the link to the description has a type."""

    href: Text
    rel: Text
    type: MaybeText = None


class Version(Answer):
    """Source: 5.1 and 5.2, parameters in the versions field."""

    min_version: Text
    media_types: list[MediaType] = Field(alias="media-types")
    links: list[VersionLink]
    id: Annotated[str, Field(examples=["v2.0"])]
    updated: Text
    version: Text
    status: Annotated[str, Field(examples=["SUPPORTED"])]


class Versions(Answer):
    """Source: 5.1 and 5.2, response: a list also for one version (reference-notes 74)."""

    versions: list[Version]


class VolumeType(Answer):
    """Source: 7.1.7 and 7.1.8, parameters in the volume_type field."""

    id: Id
    name: Annotated[str, Field(examples=["SSD"])]
    extra_specs: ExtraSpecs
    description: MaybeText
    qos_specs_id: MaybeText
    is_public: bool


class VolumeTypes(Answer):
    """Source: 7.1.7, response."""

    volume_types: list[VolumeType]


class ShownVolumeType(Answer):
    """Source: 7.1.8, response."""

    volume_type: VolumeType


class Quota(Answer):
    """Source: 7.1.9: the sub-parameters of a quota. -1 is no limit."""

    reserved: int
    allocated: int
    limit: int
    in_use: int


class QuotaSet(Answer):
    """Source: 7.1.9, parameters in the quota_set field. SATA is only in the example, the last only in the table
    (reference-notes 68)."""

    id: Id
    volumes: Quota
    snapshots: Quota
    gigabytes: Quota
    backups: Quota
    backup_gigabytes: Quota
    volumes_ssd: Quota = Field(alias="volumes_SSD")
    volumes_sas: Quota = Field(alias="volumes_SAS")
    snapshots_ssd: Quota = Field(alias="snapshots_SSD")
    snapshots_sas: Quota = Field(alias="snapshots_SAS")
    gigabytes_ssd: Quota = Field(alias="gigabytes_SSD")
    gigabytes_sas: Quota = Field(alias="gigabytes_SAS")
    volumes_sata: Quota | None = Field(default=None, alias="volumes_SATA")
    snapshots_sata: Quota | None = Field(default=None, alias="snapshots_SATA")
    gigabytes_sata: Quota | None = Field(default=None, alias="gigabytes_SATA")
    per_volume_gigabytes: Quota | None = None


class Quotas(Answer):
    """Source: 7.1.9, response."""

    quota_set: QuotaSet


class Extension(Answer):
    """Source: 7.1.16, parameters in the extensions field."""

    updated: Text
    description: Text
    links: list[AnyObject]
    alias: Text
    name: Text


class Extensions(Answer):
    """Source: 7.1.16, response."""

    extensions: list[Extension]


class ZoneState(Answer):
    """Source: 7.1.17, parameter in the zoneState field."""

    available: bool


class Zone(Answer):
    """Source: 7.1.17, parameters in the availabilityZoneInfo field."""

    zone_state: ZoneState = Field(alias="zoneState")
    zone_name: Annotated[str, Field(examples=["zone-1a"])] = Field(alias="zoneName")


class Zones(Answer):
    """Source: 7.1.17, response."""

    zones: list[Zone] = Field(alias="availabilityZoneInfo")

"""Models compiled into shapes."""

from __future__ import annotations

import pytest

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.disk_actions import SetReadonly
from gateway.contract.fields import SECRET, AnyQuery
from gateway.contract.model import Operation, Severity
from gateway.contract.rules import VolumeTypes
from gateway.contract.shapes import PATH_MEMBERS, Member, Shape, is_opaque, shape_of
from gateway.contract.snapshots import CreateSnapshot
from gateway.contract.transfers import AcceptTransfer
from gateway.contract.volumes import CreateVolumes, VolumesQuery


def nested(shape: Shape, name: str) -> Shape:
    found = shape.members[name].shape
    assert found is not None
    return found


def test_members_have_their_names_on_the_wire() -> None:
    volume = nested(shape_of(CreateVolumes), "volume")
    assert list(volume.members) == [
        "backup_id",
        "availability_zone",
        "description",
        "size",
        "name",
        "snapshot_id",
        "imageRef",
        "volume_type",
        "count",
        "shareable",
        "metadata",
        "multiattach",
    ]
    assert [member.name for member in volume.ordered if member.required] == ["availability-zone", "volume-type"]


def test_two_spellings_are_one_member() -> None:
    shape = shape_of(SetReadonly)
    (member,) = shape.ordered
    assert member.names == ("os-update_readonly_flag", "os-update_READONLY_flag")
    assert shape.members["os-update_READONLY_flag"] is member


def test_a_member_carries_fault_and_marks() -> None:
    assert shape_of(CreateVolumes).members["volume"].fault == faults.CREATE_BODY
    assert nested(shape_of(AcceptTransfer), "accept").members["auth_key"].marks == {SECRET}


def test_null_is_refused_where_mandatory_warned_about_elsewhere_and_passes_where_shown() -> None:
    volume = nested(shape_of(CreateVolumes), "volume")
    snapshot = nested(shape_of(CreateSnapshot), "snapshot")
    members = [volume.members[name] for name in ("volume_type", "name", "backup_id")]
    assert [member.null for member in members] == [Severity.REJECT, Severity.WARN, None]
    assert snapshot.members["description"].null is None


def test_a_region_has_disk_types_of_its_own() -> None:
    types = VolumeTypes(added=("ESSD",))
    volume = nested(shape_of(CreateVolumes, types), "volume")
    assert types in volume.members["volume_type"].rules
    assert types not in nested(shape_of(CreateVolumes), "volume").members["volume_type"].rules


def test_only_the_operation_of_the_appendix_is_opaque() -> None:
    assert [each.id for each in CATALOGUE.operations if is_opaque(each)] == ["evs_list_vendor_volumes_detail"]


def test_shapes_are_compiled_once() -> None:
    assert shape_of(VolumesQuery) is shape_of(VolumesQuery)
    assert (shape_of(VolumesQuery).is_open, shape_of(AnyQuery).is_open) == (False, True)


def test_path_variables_have_members() -> None:
    assert set(PATH_MEMBERS) == {"api_version", "volume_id", "snapshot_id", "job_id"}
    assert PATH_MEMBERS["volume_id"].fault == faults.VOLUME_ID


def members(shape: Shape) -> list[Member]:
    return [
        each for member in shape.members.values() for each in (member, *(members(member.shape) if member.shape else ()))
    ]


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_each_declared_member_has_a_rule_or_a_shape(operation: Operation) -> None:
    models = [model for model in (operation.request, operation.query) if model]
    assert all(member.rules or member.shape for model in models for member in members(shape_of(model)))

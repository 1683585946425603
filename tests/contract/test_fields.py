"""Field types: what the markers say about the declared operations."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.fields import Body, NewSizeCut, client_chosen, is_mapping, metadata_of, model_of

CHOSEN = {
    "evs_create_volumes": {"volume.name", "volume.description"},
    "evs_update_volume": {"volume.name", "volume.description"},
    "cinder_create_volume": {"volume.name", "volume.description", "volume.metadata.*"},
    "cinder_update_volume": {
        "volume.name",
        "volume.description",
        "volume.display_name",
        "volume.display_description",
        "volume.metadata.*",
    },
    "cinder_create_volume_metadata": {"metadata.*"},
    "cinder_update_volume_metadata": {"metadata.*"},
    "cinder_update_volume_metadata_item": {"meta.*"},
    "cinder_create_snapshot": {"snapshot.name", "snapshot.description", "snapshot.metadata.*"},
    "cinder_update_snapshot": {"snapshot.name", "snapshot.description"},
    "cinder_create_snapshot_metadata": {"metadata.*"},
    "cinder_update_snapshot_metadata": {"metadata.*"},
    "cinder_update_snapshot_metadata_item": {"meta.*"},
    "cinder_create_transfer": {"transfer.name"},
}


def test_clients_choose_names_descriptions_and_values_of_metadata() -> None:
    found = {each.id: {".".join(path) for path in client_chosen(each)} for each in CATALOGUE.operations}
    assert {name: paths for name, paths in found.items() if paths} == CHOSEN


def test_metadata_of_a_type_is_found_inside_optional_types() -> None:
    assert list(metadata_of(Annotated[str, 1] | None)) == [1]
    assert list(metadata_of(Annotated[Annotated[str, 1] | None, 2])) == [1, 2]
    assert list(metadata_of(str)) == []


@pytest.mark.parametrize(
    ("annotation", "model", "mapping"),
    [
        (Body | None, Body, False),
        (Annotated[Body, 1], Body, False),
        (dict[str, Any] | None, None, True),
        (str, None, False),
    ],
)
def test_models_and_mappings_are_found_inside_other_types(annotation: Any, model: Any, mapping: bool) -> None:
    assert (model_of(annotation), is_mapping(annotation)) == (model, mapping)


@pytest.mark.parametrize(("sent", "read"), [(40.9, 40), ("40", 40), (40, 40)])
def test_models_read_sizes_as_the_service_cuts_them(sent: Any, read: int) -> None:
    class Extension(Body):
        new_size: NewSizeCut

    assert Extension.model_validate({"new_size": sent}).new_size == read


def test_models_refuse_what_is_no_number() -> None:
    class Extension(Body):
        new_size: NewSizeCut

    with pytest.raises(ValueError, match="new_size"):
        Extension.model_validate({"new_size": "big"})

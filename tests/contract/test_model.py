"""The words in which the API is declared."""

from __future__ import annotations

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Effect


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("cinder_show_volume", "volume_id"),
        ("cinder_list_volumes", None),
        ("evs_rollback_snapshot", "snapshot_id"),
        ("cinder_accept_transfer", "transfer_id"),
        ("cinder_show_volume_type", "type_id"),
        ("v1_show_job", "job_id"),
        ("cinder_show_quota_set", None),
    ],
)
def test_the_variable_of_the_resource_is_named_for_it(operation: str, expected: str | None) -> None:
    assert CATALOGUE.by_id[operation].id_variable == expected


def test_segments_are_those_of_the_path() -> None:
    assert CATALOGUE.by_id["list_api_versions"].segments == ()
    assert CATALOGUE.by_id["v1_show_job"].segments == ("v1", "{project_id}", "jobs", "{job_id}")


def test_showing_listing_and_issuing_change_nothing() -> None:
    assert {effect for effect in Effect if not effect.is_write} == {Effect.SHOW, Effect.LIST, Effect.ISSUE}

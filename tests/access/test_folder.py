"""Folders: one bad file refuses the set, and all of them are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.access.folder import read_policy_set
from gateway.errors import PolicyError
from tests.access.worked import allowing, denying, folder_of

FULL = folder_of({"full": allowing("evs:*:*"), "deny": denying("evs:volumes:delete")}, ["deny"])


def test_a_folder_makes_a_set_with_its_digest() -> None:
    found = read_policy_set(FULL)
    assert [policy.name for policy in found.policies] == ["full", "deny"]
    assert found.digest == FULL.digest


def test_equal_folders_have_equal_digests_wherever_they_lie() -> None:
    assert replace(FULL, label="elsewhere/").digest == FULL.digest
    assert replace(FULL, documents={**FULL.documents, "deny.json": b"{}"}).digest != FULL.digest


def test_every_file_that_cannot_be_used_is_named() -> None:
    folder = replace(FULL, documents={"full.json": b"{", "deny.json": b"[]"}, label="p/")
    with pytest.raises(PolicyError) as caught:
        read_policy_set(folder)
    assert str(caught.value).splitlines() == [
        "p/full.json:1:2: expected a key in double quotes, but the file ends",
        "p/deny.json:1:1: a policy document must be an object",
    ]


def test_a_file_that_is_not_there_is_named_where_the_set_lists_it() -> None:
    with pytest.raises(PolicyError, match=r"^policy-set.yaml:\d+:\d+: 'deny.json' is not there"):
        read_policy_set(replace(FULL, documents={"full.json": FULL.documents["full.json"]}))


def test_an_allow_in_a_guardrail_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"^full.json:1:34: a guardrail denies only"):
        read_policy_set(folder_of({"full": allowing("evs:*:*")}, ["full"]))


def test_a_document_that_is_off_is_checked_all_the_same() -> None:
    with pytest.raises(PolicyError, match="Statement is missing"):
        read_policy_set(folder_of({"broken": {"Version": "5.0"}}, broken={"level": "off"}))

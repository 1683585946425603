"""Policy folders on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.access.nodes import MAX_BYTES
from gateway.errors import PolicyError
from gateway.stores.policies import load_policies, read_cases_of, read_folder

SET = """\
version: 1
region: ae-ad-1
policies:
  - file: full.json
  - file: sub/deny.json
bindings:
  - match: {user_name: alice}
    policies: [full, deny]
"""
ALLOW = '{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*"]}]}'
CASES = "version: 1\ncases:\n  - {name: a, request: {method: GET, path: /}, expect: allow}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "policy-set.yaml").write_text(SET)
    (tmp_path / "full.json").write_text(ALLOW)
    (tmp_path / "sub" / "deny.json").write_text(ALLOW.replace("Allow", "Deny"))
    return tmp_path


def test_a_folder_is_read_with_what_it_does_not_list(folder: Path) -> None:
    (folder / "more.json").write_text("{}")
    found = read_folder(folder)
    assert (sorted(found.documents), sorted(found.unlisted)) == (["full.json", "sub/deny.json"], ["more.json"])
    assert [policy.name for policy in load_policies(folder).policies] == ["full", "deny"]


def test_errors_name_the_file_by_its_path(folder: Path) -> None:
    (folder / "full.json").write_text("{")
    with pytest.raises(PolicyError) as caught:
        load_policies(folder)
    assert str(caught.value).startswith(f"{folder}/full.json:1:2: ")


def test_a_folder_needs_a_set_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"policy-set.yaml: missing"):
        load_policies(tmp_path)
    with pytest.raises(PolicyError, match="no such policy folder"):
        load_policies(tmp_path / "none")


def test_a_listed_file_has_to_be_there(folder: Path) -> None:
    (folder / "full.json").unlink()
    with pytest.raises(PolicyError, match=r"policy-set.yaml:4:11: 'full.json' is not there"):
        load_policies(folder)


def test_a_link_does_not_lead_out_of_the_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "full.json"
    outside.write_text(ALLOW)
    (folder / "full.json").unlink()
    os.symlink(outside, folder / "full.json")
    with pytest.raises(PolicyError, match="leads out of the policy folder"):
        load_policies(folder)


def test_a_link_that_leads_to_itself_is_not_there(folder: Path) -> None:
    (folder / "full.json").unlink()
    os.symlink("full.json", folder / "full.json")
    with pytest.raises(PolicyError, match=r"'full\.json' is not there"):
        load_policies(folder)


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "full.json").rename(folder / "sub" / "real.json")
    os.symlink("sub/real.json", folder / "full.json")
    assert len(load_policies(folder).policies) == 2


def test_a_long_file_is_refused_without_reading_all_of_it(folder: Path) -> None:
    (folder / "full.json").write_text(ALLOW + " " * MAX_BYTES * 2)
    assert len(read_folder(folder).documents["full.json"]) == MAX_BYTES + 1
    with pytest.raises(PolicyError, match="longer than"):
        load_policies(folder)


def test_cases_stand_in_the_folder_or_are_named(folder: Path, tmp_path: Path) -> None:
    assert read_cases_of(folder, 0.0) == []
    (folder / "tests").mkdir()
    (folder / "tests" / "a.yaml").write_text(CASES)
    assert [case.name for case in read_cases_of(folder, 0.0)] == ["a"]
    assert len(read_cases_of(folder, 0.0, (folder / "tests" / "a.yaml",) * 2)) == 2
    with pytest.raises(PolicyError, match="expected a file of test cases"):
        read_cases_of(folder, 0.0, (tmp_path / "none.yaml",))

"""`evs-gateway operations`: the catalogue printed for people and for programs."""

from __future__ import annotations

import json

from click.testing import CliRunner

from gateway import __version__
from gateway.cli.operations import command
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints_page import constraints_page
from gateway.contract.openapi import document


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0
    return result.output


def test_the_table_has_a_line_for_each_operation_in_the_order_of_the_reference() -> None:
    lines = printed().splitlines()
    assert lines[0].split() == ["OPERATION", "SECTION", "METHOD", "PATH", "BODY", "KEY", "ACTIONS", "DEPRECATED"]
    ids = [line.split()[0] for line in lines[1:] if not line.startswith(" ")]
    assert sorted(ids) == sorted(CATALOGUE.by_id)
    assert (ids[0], ids[1], ids[-2], ids[-1]) == (
        "iam_create_token",
        "list_api_versions",
        "evs_list_vendor_volumes_detail",
        "iam_list_projects",
    )


def test_a_line_tells_method_path_key_actions_and_deprecation() -> None:
    lines = {line.split()[0]: line.split()[1:] for line in printed().splitlines()}
    action = "/v2/{project_id}/volumes/{volume_id}/action"
    assert lines["cinder_attach_volume"] == [
        *("7.2.5", "POST", action, "os-attach", "evs:volumes:attach", "evs:volumes:get", "deprecated")
    ]
    assert lines["cinder_list_extensions"] == ["7.1.16", "GET", "/v2/{project_id}/extensions", "-"]
    assert lines["v1_show_job"] == ["8.1.1", "GET", "/v1/{project_id}/jobs/{job_id}", "?"]


def test_actions_by_source_have_a_line_each() -> None:
    sources = [line.split("from ")[1] for line in printed().splitlines() if "from " in line]
    assert sources == [
        "empty: evs:volumes:create evs:volumes:get",
        "image: evs:volumes:create ims:images:get evs:volumes:get",
        "snapshot: evs:volumes:create evs:snapshots:get evs:volumes:get",
    ]


def test_json_is_one_document_with_whole_rows() -> None:
    rows = {row["id"]: row for row in json.loads(printed("--json"))}
    assert len(rows) == 58
    assert rows["cinder_set_readonly"] == {
        "id": "cinder_set_readonly",
        "section": "7.2.3",
        "title": "Setting Read-Only Flag for an EVS Disk",
        "method": "POST",
        "path": "/v2/{project_id}/volumes/{volume_id}/action",
        "status": 202,
        "family": "cinder",
        "resource": "volume",
        "effect": "update",
        "body_key": "os-update_readonly_flag",
        "action_keys": ["os-update_readonly_flag", "os-update_READONLY_flag"],
        "actions": ["evs:volumes:update"],
        "actions_by_source": {},
        "request": "SetReadonly",
        "query": [],
        "deprecated": False,
        "authenticated": True,
    }
    assert (rows["v1_show_job"]["actions"], rows["cinder_list_extensions"]["actions"]) == (None, [])
    assert rows["cinder_delete_volume"]["query"] == ["cascade"]


def test_openapi_is_the_document_of_this_version_the_same_each_time() -> None:
    text = printed("--openapi")
    assert json.loads(text) == document(__version__)
    assert printed("--openapi") == text


def test_help_says_what_the_columns_mean() -> None:
    assert "appendix A.5" in printed("--help")


def test_constraints_are_the_page_of_the_docs() -> None:
    assert printed("--constraints") == constraints_page()

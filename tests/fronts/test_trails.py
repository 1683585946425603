"""From settings to a trail: kept by `serve` unless told otherwise, by an embedded gateway only when told to."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from gateway import __version__
from gateway.audit.levels import Depth
from gateway.errors import StoreError
from gateway.fronts.embedded import running
from gateway.fronts.trails import audited, levels_of
from gateway.modes import Level
from gateway.settings import (
    AuditLevelSettings,
    AuditSettings,
    CassetteSettings,
    ListenSettings,
    PolicySettings,
    Settings,
    load,
)
from gateway.stores.audit_files import chains_in, files_of, lines_of

POLICIES = Path(__file__).parents[2] / "policies"
LISTEN = ListenSettings(public="127.0.0.1:0")


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder / "data", listen=LISTEN, cassette=CassetteSettings(mode="simulate"), **more)


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line.text) for chain in chains_in(folder) for line in lines_of(files_of(folder, chain))]


def test_serve_keeps_a_trail_unless_it_is_told_not_to() -> None:
    assert audited(Settings()).audit.trail == "on"
    assert audited(Settings(audit=AuditSettings(trail="off"))).audit.trail == "off"


def test_an_embedded_gateway_keeps_none(tmp_path: Path) -> None:
    with running(settings(tmp_path)) as served:
        urllib.request.urlopen(f"{served.endpoint}/v2", timeout=20).close()
    assert not (tmp_path / "data").exists()


def test_an_embedded_gateway_keeps_one_when_told_to(tmp_path: Path) -> None:
    kept = AuditSettings(trail="on", path=tmp_path / "trail", anchors=str(tmp_path / "anchors"))
    with running(settings(tmp_path, audit=kept)) as served:
        urllib.request.urlopen(f"{served.endpoint}/v2", timeout=20).close()
    found = records(tmp_path / "trail")
    assert [record["stage"] for record in found] == ["admin", "anchor", "complete", "admin", "anchor"]
    facts = found[0]["facts"]
    assert (facts["version"], facts["mode"], facts["policies"]) == (__version__, "simulate", None)
    assert [json.loads(line)["anchor"] for line in (tmp_path / "anchors").read_text().splitlines()] == [
        found[1]["anchor"],
        found[4]["anchor"],
    ]


def test_the_start_names_the_policies_in_force(tmp_path: Path) -> None:
    policies = PolicySettings(path=POLICIES, level=Level.REPORT)
    with running(settings(tmp_path, audit=AuditSettings(trail="on"), policies=policies)):
        pass
    assert len(records(tmp_path / "data" / "audit")[0]["facts"]["policies"]) == 64


def test_a_trail_that_cannot_be_written_is_no_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = AuditSettings(trail="on", path=tmp_path / "file")
    with pytest.raises(StoreError, match="audit trail cannot be written"), running(settings(tmp_path, audit=kept)):
        pass


def test_levels_are_declared_in_tables(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        '[[audit.levels]]\nkeep = "none"\noperation = "cinder_list_*"\n'
        '[[audit.levels]]\nkeep = "request_response"\nprincipal = "alice"\nwrites = true\n'
    )
    chosen = load(file=file, environment={}).settings.audit
    assert chosen.levels == (
        AuditLevelSettings(keep="none", operation="cinder_list_*"),
        AuditLevelSettings(keep="request_response", principal="alice", writes=True),
    )
    levels = levels_of(chosen)
    assert levels.of("cinder_list_volumes", writes=False, denied=False, principal="bob") is Depth.NONE
    assert levels.of("cinder_create_volume", writes=True, denied=False, principal="alice") is Depth.REQUEST_RESPONSE
    assert levels.of("cinder_create_volume", writes=True, denied=False, principal="bob") is Depth.REQUEST

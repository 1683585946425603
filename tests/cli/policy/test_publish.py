"""`policy publish`: a folder that loads, for all gateways of a store."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gateway.errors import PolicyError, SettingsError
from gateway.stores.policies import load_policies
from gateway.stores.postgres.policies import Publications
from tests.cli.policy.running import folder, run
from tests.stores.postgres.fixtures import cluster, store

__all__ = ["cluster", "store"]


def test_what_loads_is_published_and_drawn_elsewhere(tmp_path: Path, store: str) -> None:
    policies = folder(tmp_path / "policies")
    digest = load_policies(policies).digest
    assert run("publish", "--policies", policies, "--store", store).stderr == f"publication 1: digest {digest}\n"
    source = Publications(store, tmp_path / "drawn")
    assert source.next(0) == 1
    source.close()
    assert load_policies(tmp_path / "drawn").digest == digest


def test_what_does_not_load_is_not_published(tmp_path: Path) -> None:
    policies = folder(tmp_path / "policies")
    (policies / "allow.json").write_text("{")
    with pytest.raises(PolicyError, match=r"allow\.json"):
        run("publish", "--policies", policies, "--store", "postgresql://evs@127.0.0.1:9/evs")


def test_without_a_store_or_the_library_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policies = folder(tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="nobody shares anything; give --store URL"):
        run("publish", "--policies", policies)
    monkeypatch.setitem(sys.modules, "gateway.stores.postgres.policies", None)
    with pytest.raises(SettingsError, match=r"is missing; pip install 'evs-gateway\[postgres\]'"):
        run("publish", "--policies", policies, "--store", "postgresql://evs@127.0.0.1:9/evs")

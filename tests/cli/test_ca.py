"""`ca`: where the authority is, what it may speak for, and how it is trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from gateway.cli import root
from gateway.cli.ca import INSTALL
from gateway.errors import StoreError
from gateway.stores.ca import open_authority


@pytest.fixture
def data(tmp_path: Path) -> Path:
    open_authority(tmp_path, ["evs.example.com", "10.0.0.5"], datetime.now(UTC))
    return tmp_path


def ca(*arguments: str) -> Result:
    return CliRunner().invoke(root, ["ca", *arguments], catch_exceptions=False)


def test_the_path_is_that_of_the_certificate(data: Path) -> None:
    assert ca("path", "--data", str(data)).stdout == f"{data}/ca/evs-gateway-ca.pem\n"


def test_the_certificate_is_exported_without_its_key(data: Path) -> None:
    exported = ca("export", "--data", str(data)).stdout
    assert exported.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in exported


def test_what_it_may_speak_for_is_shown(data: Path) -> None:
    held = x509.load_pem_x509_certificate((data / "ca" / "evs-gateway-ca.pem").read_bytes())
    told = json.loads(ca("show", "--json", "--data", str(data)).stdout)
    assert (told["hosts"], told["days_left"]) == (["10.0.0.5", "evs.example.com"], 1094)
    assert told["sha256"] == held.fingerprint(hashes.SHA256()).hex(":")
    assert "hosts: 10.0.0.5, evs.example.com\n" in ca("show", "--data", str(data)).stdout


def test_help_to_trust_it_is_there_for_each_platform(data: Path) -> None:
    lines = ca("install-help", "--data", str(data)).stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == list(INSTALL)
    assert all("evs-gateway-ca.pem" in line for line in lines)


def test_where_there_is_none_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="it is made when `serve --forward-listen` starts first"):
        ca("path", "--data", str(tmp_path))

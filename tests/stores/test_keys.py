"""The installation's key: made once, readable by nobody else."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest

from gateway.errors import StoreError
from gateway.stores import keys
from gateway.stores.keys import anchor_signer, gateway_name, installation_key


def test_a_key_is_made_once(tmp_path: Path) -> None:
    key = installation_key(tmp_path / "data")
    assert len(key) == 32
    assert installation_key(tmp_path / "data") == key
    assert [(each.name, each.stat().st_mode & 0o777) for each in (tmp_path / "data").iterdir()] == [
        ("redaction.key", 0o600)
    ]


def test_of_two_that_make_a_key_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def just_before(source: str, target: Path) -> None:
        target.write_bytes(b"k" * 32)
        target.chmod(0o600)
        link(source, target)

    link = os.link
    monkeypatch.setattr(keys.os, "link", just_before)
    assert installation_key(tmp_path) == b"k" * 32
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    installation_key(tmp_path)
    (tmp_path / "redaction.key").chmod(0o640)
    with pytest.raises(StoreError, match=r"redaction.key: others may use this key \(mode 0640\); expected 0600"):
        installation_key(tmp_path)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redaction.key").write_bytes(b"short")
    (tmp_path / "redaction.key").chmod(0o600)
    with pytest.raises(StoreError, match="holds 5 bytes; expected a key of 32"):
        installation_key(tmp_path)


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="the redaction key cannot be read or made: File exists"):
        installation_key(tmp_path / "file")


def test_anchors_are_signed_with_a_key_whose_public_half_lies_beside_it(tmp_path: Path) -> None:
    signer = anchor_signer(tmp_path)
    assert anchor_signer(tmp_path).public == signer.public
    assert base64.b64decode((tmp_path / "anchor.pub").read_bytes()) == signer.public
    assert (tmp_path / "anchor.key").stat().st_mode & 0o777 == 0o600


def test_a_gateway_keeps_its_name(tmp_path: Path) -> None:
    name = gateway_name(tmp_path)
    assert re.fullmatch("gw-[0-9a-f]{8}", name)
    assert gateway_name(tmp_path) == name


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gateway.id").write_text("../elsewhere\n")
    with pytest.raises(StoreError, match=r"gateway.id: '../elsewhere' is no name"):
        gateway_name(tmp_path)

"""Policies published in the shared store: whole in every folder, a moment later."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from gateway.errors import PolicyError, StoreError
from gateway.stores.policies import load_policies, read_folder
from gateway.stores.postgres.policies import Publications, publish

SHIPPED = Path("policies")


@pytest.fixture
def published(store):
    publish(store, read_folder(SHIPPED))
    return store


@pytest.fixture
def source(published, tmp_path):
    source = Publications(published, tmp_path / "policies")
    yield source
    source.close()


def test_what_is_published_is_the_same_set_elsewhere(source, tmp_path):
    assert source.next(0) == 1
    assert load_policies(tmp_path / "policies").digest == load_policies(SHIPPED).digest
    assert source.next(0) == 1


def test_who_listens_has_the_next_one_as_soon_as_it_is_published(source, published, tmp_path):
    source.next(0)
    folder = read_folder(SHIPPED)
    later = Timer(0.05, publish, (published, type(folder)(folder.set_text, {"a/b.json": b"{}"})))
    later.start()
    assert source.next(30) == 2
    later.join()
    target = tmp_path / "policies"
    assert sorted(path.relative_to(target).as_posix() for path in target.rglob("*.*") if path.is_file()) == [
        "a/b.json",
        "policy-set.yaml",
    ]


def test_only_what_changed_is_written(source, published, tmp_path):
    source.next(0)
    before = {path: os.stat(path).st_ino for path in (tmp_path / "policies").iterdir()}
    publish(published, read_folder(SHIPPED))
    assert source.next(10) == 2
    assert {path: os.stat(path).st_ino for path in (tmp_path / "policies").iterdir()} == before


def test_told_of_what_is_drawn_already_nothing_is_written(source, published):
    source.next(0)
    with psycopg.connect(published) as connection:
        connection.execute("NOTIFY evs_gateway_policies")
    assert source.next(10) == 1


def test_after_an_outage_the_newest_is_drawn(source, published):
    source.next(0)
    with psycopg.connect(published) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    publish(published, read_folder(SHIPPED))
    with pytest.raises(StoreError):
        source.next(10)
    assert source.next(0) == 2


def test_nothing_published_is_said(store, tmp_path):
    source = Publications(store, tmp_path)
    with pytest.raises(PolicyError, match="no policies; publish some first with evs-gateway policy publish"):
        source.next(0)
    source.close()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ('{"policy-set.yaml": "", "../../x.json": ""}', r"\.\./\.\./x\.json"),
        ('{"policy-set.yaml": "", "/etc/x.json": ""}', "/etc/x"),
        ("{}", "no policy-set"),
    ],
)
def test_nothing_is_written_outside_the_folder_or_without_a_set(source, published, tmp_path, files, why):
    with psycopg.connect(published) as connection:
        connection.execute("INSERT INTO evs_gateway.policies (files) VALUES (%s::jsonb)", (files,))
    with pytest.raises(StoreError, match=rf"holds no policy folder \({why}"):
        source.next(0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "why"), [(b"\xff{}", "is no UTF-8"), (b'{"a\x00": 1}', "holds a NUL")])
def test_a_file_that_is_no_text_is_not_published(store, text, why):
    with pytest.raises(PolicyError, match=rf"^policies/odd\.json: {why}"):
        publish(store, replace(read_folder(SHIPPED), unlisted={"odd.json": text}))


def test_a_folder_that_cannot_be_written(published, tmp_path):
    (tmp_path / "policies").write_text("a file")
    source = Publications(published, tmp_path / "policies")
    with pytest.raises(StoreError, match="policies cannot be written there"):
        source.next(0)

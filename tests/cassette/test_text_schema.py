"""The published schema of the text form is the one that the gateway reads by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gateway.cassette.exchange import Exchange
from gateway.cassette.text import to_files
from gateway.cassette.text_blobs import dumped, is_blob
from gateway.cassette.text_schema import schema
from tests.cassette.test_text import EXCHANGES

ROOT = Path(__file__).parent.parent.parent
VALIDATOR = Draft202012Validator(schema())


def test_the_published_schema_is_this_one() -> None:
    """`evs-gateway cassette schema > docs/cassette.schema.json` brings it up to date."""
    assert (ROOT / "docs" / "cassette.schema.json").read_bytes() == dumped(schema())


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", sorted((ROOT / "cassettes").glob("*/*.json")), ids=lambda path: path.name)
def test_the_shipped_cassettes_match(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_bytes()))


@given(st.lists(EXCHANGES, max_size=3))
@settings(deadline=None)
def test_whatever_is_written_matches(exchanges: list[Exchange]) -> None:
    for name, text in to_files(exchanges, "any").items():
        if not is_blob(name):
            VALIDATOR.validate(json.loads(text))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "evs-gateway cassette", "format": 1},
        {"operation": "x", "segments": []},
    ],
)
def test_other_documents_do_not(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wrong)


def test_a_body_has_one_form() -> None:
    body = {"json": 1, "text": ["1"]}
    response = {"status": 200, "body": body}
    exchange = {
        "operation": "x",
        "credential": "none",
        "redactions": [],
        "connection": "c1",
        "started_ms": 0,
        "completed_ms": 1,
        "request": {"method": "GET", "target": "/"},
    }
    assert not VALIDATOR.is_valid({**exchange, "response": response})
    assert VALIDATOR.is_valid({**exchange, "response": {"status": 200, "body": {"json": 1}}})

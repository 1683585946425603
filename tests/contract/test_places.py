"""How places are spelled."""

from __future__ import annotations

import pytest

from gateway.contract.places import BODY, in_body, named, pointed


def test_places_are_pointers_or_named_parts() -> None:
    assert pointed("", "volume", "a/b", "c~d") == "/volume/a~1b/c~0d"
    assert (pointed("/volume"), named("query", "limit")) == ("/volume", "query:limit")


def test_names_of_clients_are_cut_short() -> None:
    assert pointed("", "é" * 100) == "/" + "é" * 79 + "…"
    assert named("query", "\udfff") == "query:?"


@pytest.mark.parametrize(("where", "expected"), [("/a", True), (BODY, True), ("query:a", False), ("path", False)])
def test_some_places_are_in_the_body(where: str, expected: bool) -> None:
    assert in_body(where) is expected

"""Signed heads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.audit.anchors import Signer, anchor_of, fresh_key
from gateway.audit.chain import Head
from tests.audit.trails import OTHER_SIGNER, SIGNER

HEAD = Head(7, "ab" * 32)


def test_an_anchor_comes_back_from_json_as_it_was() -> None:
    anchor = SIGNER.anchor("gw-1", HEAD, 1_234)
    assert anchor_of(anchor.as_json()) == anchor
    assert (anchor.seq, anchor.hash, anchor.at_ms) == (7, "ab" * 32, 1_234)


def test_only_the_holder_of_the_key_has_signed() -> None:
    anchor = SIGNER.anchor("gw-1", HEAD, 1_234)
    assert anchor.is_signed_by(SIGNER.public)
    assert not anchor.is_signed_by(OTHER_SIGNER.public)
    assert not replace(anchor, seq=6).is_signed_by(SIGNER.public)
    assert not replace(anchor, signature="?").is_signed_by(SIGNER.public)


def test_fresh_keys_sign_and_differ() -> None:
    one, other = Signer(fresh_key()), Signer(fresh_key())
    assert one.public != other.public
    assert one.anchor("gw-1", HEAD, 0).is_signed_by(one.public)


@pytest.mark.parametrize("value", [{}, {"chain": 1}, {"chain": "a", "seq": "1", "hash": "", "at_ms": 0}])
def test_what_is_no_anchor_is_refused(value) -> None:
    with pytest.raises(ValueError, match="is no anchor"):
        anchor_of(value)

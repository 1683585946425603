"""The chain of audit records: each names its place and the hash of the one before it.

`hash = SHA-256(prev || canonical record without hash)`, in hexadecimal. One chain a writer; its name stands in every
record, so that a record of one chain is none of another. What a chain cannot show is that its end was cut off, or that
all of it was written anew: for that its head is told to others now and then (see `anchors`).
Source: record and chain of the audit design; RFC 8785.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from gateway.audit.canonical import canonical
from gateway.audit.drafts import Draft, Record

VERSION = 1
# What stands before the first record of a chain.
GENESIS = "0" * 64


class Head(NamedTuple):
    """The end of a chain: how many records it has, and the hash of the last."""

    seq: int = 0
    hash: str = GENESIS


START = Head()


class Link(NamedTuple):
    """A record in its chain: the line to write, without an end of line, and the head it makes."""

    line: bytes
    head: Head


def linked(chain: str, head: Head, record: Record) -> Link:
    """Return a record as the next one of a chain.

    Errors: ValueError for a record without a canonical form.
    """
    if isinstance(record, Draft):
        return _drawn(chain, head, record)
    seq = head.seq + 1
    written = canonical({**record, "v": VERSION, "chain": chain, "seq": seq, "prev": head.hash})
    digest = hashed(head.hash, written)
    return Link(line_of(written, digest), Head(seq, digest))


def _drawn(chain: str, head: Head, draft: Draft) -> Link:
    """The same for a draft. Names of chains have no letters that JSON would escape."""
    before_chain, before_prev, before_seq, before_v, rest = draft
    seq, prev = head.seq + 1, head.hash
    # What is hashed: the hash before it, then the record.
    text = (
        f'{prev}{before_chain}"chain":"{chain}",{before_prev}"prev":"{prev}",{before_seq}"seq":{seq},{before_v}'
        f'"v":{VERSION},{rest}'
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Link(f'{text[len(prev) : -1]},"hash":"{digest}"}}'.encode(), Head(seq, digest))


def line_of(written: bytes, digest: str) -> bytes:
    """Return the line of a record, from its canonical bytes and its hash."""
    return b'%s,"hash":"%s"}' % (written[:-1], digest.encode("utf-8", "replace"))


def hashed(prev: str, written: bytes) -> str:
    """Return the hash of canonical bytes behind another record's hash."""
    return hashlib.sha256(prev.encode() + written).hexdigest()

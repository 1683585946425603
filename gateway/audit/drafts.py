"""Records in canonical form before they have a place in a chain: the pieces between the members that a chain adds.

Most of a record says what others said before it: who asks, by which statements, with which program. A draft is put
together from such pieces, each in its canonical form already; nothing is sorted and nothing escaped again.
A draft of a record and the record itself make the same line (a property test holds them together).
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.audit.canonical import spelled
from gateway.contract.model import JsonObject, JsonValue


class Draft(NamedTuple):
    """The members of a record by where their names stand among those that a chain adds: `chain`, `prev`, `seq`, `v`.

    Each piece ends in a comma or is empty; the first begins with the brace of the record, the last ends with it and is
    never empty. So a draft has at least one member behind `v`.
    """

    before_chain: str
    before_prev: str
    before_seq: str
    before_v: str
    rest: str


Record = JsonObject | Draft
"""What happened, in one of two forms that make the same line."""


def text_of(value: JsonValue) -> str:
    """Return a value as it stands in a draft. Errors: ValueError for what has no canonical form here."""
    return spelled(value).decode()

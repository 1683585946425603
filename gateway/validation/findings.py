"""A finding: one thing about a request that is not as documented, told so that people and programs can act on it.

What was found is shown short, and nothing that may be a secret is shown at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from gateway.contract.faults import Fault
from gateway.contract.fields import Mark
from gateway.contract.model import JsonValue, Severity
from gateway.contract.shapes import Member

_SHOWN = 80
# Names of members and parameters whose values are nobody's business, whoever invented them.
_SECRET_NAME = re.compile(r"pass|pwd|secret|token|auth|cred|sign|key|cookie|session|private", re.IGNORECASE)
# Numbers longer than this are told by their length; Python refuses to write the longest ones at all.
_LONGEST_BITS = 256


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a request that is not as documented.

    `rule` is a stable id; `where` a place as `gateway.contract.places` spells it; `limit` what the reference says;
    `found` what was there, never a secret; `fault` what the service answers in this case; `source` the section.
    """

    rule: str
    severity: Severity
    where: str
    limit: str
    found: str
    fault: Fault
    source: str


class Absent:
    """Stands for a value that was not there."""


ABSENT: Final = Absent()
Found = JsonValue | Absent


def within(value: Found, at: tuple[str, ...]) -> Found:
    """Return what a path of names leads to."""
    for name in at:
        value = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def show(value: Found, name: str = "", member: Member | None = None) -> str:
    """Return a short form of a value for people; of objects, arrays and secrets only the kind. `name` is the name that
    it stands under where that is no declared one, e.g. a key of metadata."""
    match value:
        case Absent():
            return "absent"
        case dict():
            return "an object"
        case list():
            return "an array"
        case None:
            return "null"
        case _ if _is_secret(name, member):
            return "hidden"
        case str():
            return _quoted(value)
        case int() if value.bit_length() > _LONGEST_BITS:
            return f"a number of {value.bit_length()} bits"
        case _:
            return json.dumps(value)


def _is_secret(name: str, member: Member | None) -> bool:
    return (member is not None and _holds_secret(member)) or _SECRET_NAME.search(name) is not None


def _holds_secret(member: Member) -> bool:
    """True for a secret and for an object with one in it: who leaves out a level puts the secret in its place."""
    below = member.shape.ordered if member.shape else ()
    return Mark.SECRET in member.marks or any(_holds_secret(each) for each in below)


def _quoted(text: str) -> str:
    shown = json.dumps(text[:_SHOWN], ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"

"""How a name asks for trouble, so that error states can be shown.

A disk or snapshot whose name (at the time of the request) begins with one of these words does not do what was asked:

    sim-error-deleting-    deleting ends in error_deleting; the job ends FAIL
    sim-error-extending-   extending ends in error_extending, the size unchanged; the job ends FAIL
    sim-error-rollback-    rolling back ends in error_rollbacking (the disk's name counts)
    sim-error-             creating ends in error; the job ends FAIL
    sim-fail-              a disk of the custom API is never made; its job ends FAIL

Credentials too: a token, a user name or a password that begins with sim-bad- is refused with 401, and the tokens of a
user whose name begins with sim-lives-N- live for N seconds.
"""

from __future__ import annotations

import re
from enum import StrEnum

BAD_CREDENTIAL = "sim-bad-"
_SHORT_LIVED = re.compile(r"sim-lives-([0-9]{1,6})-")


class Trouble(StrEnum):
    """What a name asks for; the value is the prefix."""

    DELETING = "sim-error-deleting-"
    EXTENDING = "sim-error-extending-"
    ROLLING_BACK = "sim-error-rollback-"
    CREATING = "sim-error-"
    SUBMITTING = "sim-fail-"
    NONE = ""


def asked_for(name: str | None) -> Trouble:
    """Return the trouble a name asks for. The order of the cases decides: the longest prefix first."""
    return next(trouble for trouble in Trouble if (name or "").startswith(trouble.value))


def lifetime_s(user: str, usual_s: int) -> int:
    """Return how long the tokens of a user live."""
    asked = _SHORT_LIVED.match(user)
    return int(asked[1]) if asked else usual_s

"""A recorded answer, made out to its client."""

from __future__ import annotations

from gateway.contract.fleeting import fleeting
from gateway.http.messages import Response


@fleeting
class Hit:
    """A recorded answer, made out to its client. `key` is a short name of the replay key, `seq` the place of the
    exchange in the cassette, `at` that in the recording as replayed; `notes` say what is only nearly as recorded."""

    response: Response
    key: str
    seq: int
    notes: tuple[str, ...] = ()
    at: int = 0

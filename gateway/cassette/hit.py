"""A recorded answer, made out to its client."""

from __future__ import annotations

from dataclasses import field

from gateway.contract.fleeting import fleeting
from gateway.http.messages import Response

# Addresses for which an answer is kept ready.
MOST_ADDRESSES = 4


@fleeting
class Hit:
    """A recorded answer, made out to its client. `key` is a short name of the replay key, `seq` the place of the
    exchange in the cassette, `at` that in the recording as replayed; `notes` say what is only nearly as recorded. What
    goes out of a hit that is given again stands in `shown`, by the address that its links lead to."""

    response: Response
    key: str
    seq: int
    notes: tuple[str, ...] = ()
    at: int = 0
    shown: dict[str, Response] = field(default_factory=dict, init=False, repr=False, compare=False)

    def show(self, address: str, response: Response) -> Response:
        """Remember what goes out to clients that reach the gateway at an address, of which they choose a few."""
        if len(self.shown) >= MOST_ADDRESSES:
            self.shown.clear()
        self.shown[address] = response
        return response

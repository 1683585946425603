"""What a handler gets and gives: a call in, an answer or a documented fault out. Statuses come from the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from gateway.contract.faults import Fault
from gateway.contract.model import Family, JsonObject, JsonValue, Match
from gateway.http.messages import Headers
from gateway.simulator.reading import member
from gateway.simulator.state import State


@dataclass(frozen=True, slots=True)
class Call:
    """One identified request of somebody.

    `project` and `user` are who acts, empty for the few operations without. `origin` is the scheme and authority under
    which the client knows this service, for links; `subject` is the token that a call to IAM is about.

    Units: `now` in seconds since the epoch.
    """

    match: Match
    project: str
    user: str
    now: float
    origin: str
    subject: str = ""

    @property
    def family(self) -> Family:
        return self.match.operation.family

    @property
    def path(self) -> str:
        """The path as documented, for links."""
        values = {name: quote(value, safe="") for name, value in self.match.path_values.items()}
        return self.match.operation.path.format(**values)

    def value(self, variable: str) -> str:
        return self.match.path_values[variable]

    def asked(self, name: str) -> str | None:
        """Return the first query value of that name."""
        return next((value for key, value in self.match.query if key == name), None)

    def body(self, key: str) -> JsonObject:
        """Return the object under a top-level key of the body, empty when it is anything else."""
        return member(self.match.body, key)

    def action(self) -> JsonObject:
        """Return what stands under the action key of the body, in whichever spelling it came."""
        body = self.match.body if isinstance(self.match.body, dict) else {}
        return next((member(body, key) for key in self.match.operation.action_keys if key in body), {})


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the JSON body, or none at all."""

    body: JsonValue = None
    headers: Headers = ()


Outcome = Answer | Fault
Handler = Callable[[State, Call], Outcome]

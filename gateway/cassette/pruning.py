"""What of a recording a green run has used: the rest can go.

Reads the report that the gateway writes at the end of its scopes, and holds it against the cassette before anything is
believed: a report of another cassette, or of a run that missed, prunes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError

_EXPECTED = "expected the report of a run on this cassette as it is"
Number = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Unused(_Form):
    seq: Number
    operation: str
    method: str


class _Whole(_Form):
    hits: Count
    miss_count: Count
    used: list[tuple[Number, Number]]
    unused: list[_Unused]


class Usage(_Form):
    """What a report says of all scopes of a run together. `used` are ranges of numbers, runs of equal polls as a whole;
    of what was not used the first ones are named."""

    exchanges: Count
    all: _Whole

    def covers(self, exchange: Exchange) -> bool:
        """True for an exchange that was used."""
        return any(first <= exchange.seq <= last for first, last in self.all.used)


def usage_of(content: bytes) -> Usage:
    """Return the report in a file.

    Errors: CassetteError that names the first member that is wrong.
    """
    try:
        return Usage.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        member = ".".join(map(str, first["loc"])) or "the file"
        raise CassetteError(f"{member}: {first['msg']}; expected what a replay wrote with --report") from error


def refuse_unfit(usage: Usage, exchanges: Iterable[Exchange]) -> None:
    """Raise CassetteError unless a report is that of a green run on these exchanges."""
    misses = usage.all.miss_count
    if misses:
        raise CassetteError(f"the run missed {'once' if misses == 1 else f'{misses} times'}; expected a green run")
    if not usage.all.hits:
        raise CassetteError("the run used nothing; expected a run that replayed the cassette")
    named = {each.seq: (each.operation, each.method) for each in usage.all.unused}
    count = 0
    for count, exchange in enumerate(exchanges, 1):  # noqa: B007 - the last one counts
        _refuse_another(exchange, named.get(exchange.seq))
    if count != usage.exchanges:
        raise CassetteError(f"the run knew {usage.exchanges} exchanges and {count} are there; {_EXPECTED}")


def _refuse_another(exchange: Exchange, named: tuple[str, str] | None) -> None:
    if named not in (None, (exchange.operation, exchange.request.method)):
        words = " ".join(reversed(named or ()))
        raise CassetteError(f"exchange {exchange.seq} is {words} in the report and another one here; {_EXPECTED}")

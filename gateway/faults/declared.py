"""A fault as an operator declares it: for which requests, how often, and exactly one thing that goes wrong.

Knows no traffic. Each word is a table entry of `[[faults]]` in the settings file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.errors import SettingsError

ANY = "*"
# What can go wrong. A fault has one of them.
KINDS = ("latency_ms", "status", "rate_limited", "reset", "empty", "cut", "drip_ms")
# A name stands in a header of the answer.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
# Nobody waits longer for an answer, and a mistyped zero should not stop a test run.
MOST_MS = 600_000.0

Milliseconds = Annotated[float, Field(ge=0, le=MOST_MS, allow_inf_nan=False)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LogNormal(_Declared):
    """Times as networks have them: half are under the median, and few are far over it."""

    median: Milliseconds
    sigma: float = Field(default=0.5, ge=0, le=5)


class RateLimited(_Declared):
    """429, and when to come again."""

    retry_after_s: int = Field(default=1, ge=0, le=86_400)


def _usual(value: Any) -> Any:
    """Take `true` for a rate limit as usual, as with the faults that have nothing to say but that they are there."""
    return {} if value is True else value


def _from_to(times: tuple[float, float]) -> tuple[float, float]:
    if times[0] > times[1]:
        raise ValueError("expected the shorter time first, as in [100, 300]")
    return times


Latency = Milliseconds | Annotated[tuple[Milliseconds, Milliseconds], AfterValidator(_from_to)] | LogNormal


class FaultSettings(_Declared):
    """One fault. `operation` (an id, or `*`) and `method` say which requests it counts; of these `after` are let go,
    then each has it with `probability`, `count` times at most. What goes wrong is one of `latency_ms` (a time, two
    that it lies between, or {median, sigma}), `status` (with `code` and `message` of the error), `rate_limited`,
    `reset` and `empty` (the connection ends without an answer), `cut` (after so many bytes of the body), and
    `drip_ms` (the pause before each piece of the body)."""

    name: str | None = Field(default=None, pattern=_NAME)
    operation: str = ANY
    method: str | None = Field(default=None, pattern="^[A-Z]+$")
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    count: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    latency_ms: Latency | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    code: str | None = None
    message: str | None = None
    rate_limited: Annotated[RateLimited | None, BeforeValidator(_usual)] = None
    reset: bool = False
    empty: bool = False
    cut: int | None = Field(default=None, ge=0)
    drip_ms: Milliseconds | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = self._kinds()
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(KINDS)}; found {', '.join(given) or 'none'}")
        if self.status is None and (self.code is not None or self.message is not None):
            raise ValueError("code and message belong to a status")
        return self

    @property
    def kind(self) -> str:
        return self._kinds()[0]

    def _kinds(self) -> list[str]:
        return [kind for kind in KINDS if (value := getattr(self, kind)) is not None and value is not False]


def declared_in(path: Path) -> Any:
    """Return the tables `[[faults]]` of a file, to be validated as the setting `faults`.

    Errors: SettingsError for what cannot be read or says anything else.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a file of [[faults]]") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file ({error})") from error
    strange = sorted(set(document) - {"faults"})
    if strange or "faults" not in document:
        raise SettingsError(f"{path}: expected tables [[faults]] only; found {', '.join(strange) or 'nothing'}")
    return document["faults"]

"""What the operator decided about requests and answers, as the pipeline goes by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.cassette.comparing import Compare, compare
from gateway.cassette.scoping import By
from gateway.modes import PASSTHROUGH, Level, Mode, Undocumented
from gateway.validation import Severities

_NO_MODES: Mapping[str, Mode] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided: the mode (and exceptions by operation id), the level of validation with its table of
    severities and the region's own disk types, what becomes of undocumented operations, the gateway's own address
    (None: the one the client used), what tells scopes apart, whether the cloud's answers go out with the links they
    have, and what counts as a departure from the cassette."""

    mode: Mode = PASSTHROUGH
    modes: Mapping[str, Mode] = field(default_factory=lambda: _NO_MODES)
    validation: Level = Level.ENFORCE
    severities: Severities = field(default_factory=Severities)
    volume_types: tuple[str, ...] = ()
    undocumented: Undocumented = Undocumented.FORWARD
    public_url: str | None = None
    scopes_by: By | None = None
    keeps_links: bool = False
    compare: Compare = compare

    @property
    def prefix(self) -> bytes:
        """The path prefix under which clients reach the gateway, without a trailing slash."""
        if self.public_url is None:
            return b""
        path = self.public_url.partition("://")[2].partition("/")[2].rstrip("/")
        return b"/" + path.encode() if path else b""

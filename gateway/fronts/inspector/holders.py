"""From settings to the holders of tokens: each token is read once, and only its hash is kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from gateway.errors import SettingsError
from gateway.inspector.visitors import Holder, Right
from gateway.settings import InspectorTokenSettings

SHORTEST = 20


def holders_of(
    tokens: Iterable[InspectorTokenSettings], environment: Mapping[str, str] | None = None
) -> tuple[Holder, ...]:
    """Return who holds a token. Errors: SettingsError for one that cannot be read, is short, or is somebody else's."""
    known = os.environ if environment is None else environment
    holders = tuple(
        Holder(each.name, frozenset(map(Right, each.rights)), each.sha256 or _hashed(each, known)) for each in tokens
    )
    if len({each.name for each in holders}) < len(holders) or len({each.sha256 for each in holders}) < len(holders):
        raise SettingsError("inspector.tokens: expected names and tokens that are each there once")
    return holders


def _hashed(each: InspectorTokenSettings, environment: Mapping[str, str]) -> str:
    token = _read(each.name, each.file) if each.file is not None else environment.get(each.env or "", "")
    token = token.strip()
    if len(token) < SHORTEST:
        raise SettingsError(f"inspector.tokens: that of {each.name!r} has {len(token)} characters; expected {SHORTEST}")
    return hashlib.sha256(token.encode()).hexdigest()


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"inspector.tokens: that of {name!r} cannot be read from {path} ({error})") from error

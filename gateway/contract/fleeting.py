"""Values that come into being at every request: frozen for whoever reads the code, quick to make for whoever runs it.

A frozen dataclass writes each of its fields through `object.__setattr__`, three times as long as writing it. Here the
type checker alone keeps fields from being changed; all else is as frozen dataclasses have it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fleeting(cls: type[T]) -> type[T]:
    """Return the class as a dataclass with slots, whose fields nobody changes."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def shared(cls: type[T]) -> type[T]:
    """The same, but each is equal to itself alone: for what is shared, and known again by its identity."""
    return dataclass(slots=True, eq=False)(cls)

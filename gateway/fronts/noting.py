"""What an operator does to a running gateway goes into its audit trail, where it has one."""

from __future__ import annotations

from typing import Protocol


class Note(Protocol):
    """Records something that is no request, by its event and facts about it."""

    def __call__(self, event: str, **facts: str | int | None) -> None: ...


def unnoted(event: str, **facts: str | int | None) -> None:
    """Record nothing: there is no trail."""

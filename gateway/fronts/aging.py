"""Whether a recording is young enough to be replayed. Said once, when a gateway starts, and by the cassette's name."""

from __future__ import annotations

from collections.abc import Callable

from gateway.errors import CassetteError
from gateway.session import cassette_path
from gateway.settings import Settings
from gateway.stores.ages import age_fault


def check_age(settings: Settings, at: float, warn: Callable[[str], object]) -> None:
    """Warn of a cassette that is too old, or refuse it, as the settings have it. Nothing is recorded anew by itself.

    Units: `at` in seconds since the epoch.
    Errors: CassetteError for one that is refused.
    """
    if not any(mode.plays for mode in (settings.mode, *settings.modes.values())):
        return
    fault = age_fault(cassette_path(settings), at, settings.cassette.max_age_days)
    if fault is not None and settings.cassette.on_age == "fail":
        raise CassetteError(fault)
    if fault is not None:
        warn(fault)

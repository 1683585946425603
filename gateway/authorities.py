"""From settings to what is allowed: the policy folder that counts, and its exchange while the gateway runs."""

from __future__ import annotations

import logging

from gateway.access.authority import Authority, Detail
from gateway.errors import GatewayError, SettingsError
from gateway.modes import Level
from gateway.settings import Settings
from gateway.stores.policies import load_policies

log = logging.getLogger(__name__)


def authority_of(settings: Settings) -> Authority | None:
    """Return what decides here, or None when there are no policies.

    Errors: PolicyError, with file, line and column, for a set that does not load: one bad file refuses the whole set.
    """
    chosen = settings.policies
    if chosen.path is None:
        return None
    return Authority(load_policies(chosen.path), chosen.level, Detail(chosen.detail))


def check_policies(settings: Settings) -> None:
    """Errors: SettingsError for policies that would have nobody to decide about."""
    chosen = settings.policies
    if chosen.path is not None and chosen.level is Level.ENFORCE and not settings.identity.accept:
        raise SettingsError(
            "policies.path: policies need to know who asks; say which credentials are verified with identity.accept, "
            "or set policies.level to report"
        )


def reload(authority: Authority, settings: Settings) -> None:
    """Put the set that is in the folder now in force, or keep the one in force when that does not load."""
    assert settings.policies.path is not None, "there is an authority only where there is a folder"
    try:
        authority.exchange(load_policies(settings.policies.path))
    except (GatewayError, OSError, ValueError, ArithmeticError, RecursionError) as error:
        # Whatever a file under construction makes of the loader: nothing but a whole set takes the place of this one.
        authority.fault = str(error) or type(error).__name__
        log.error("policies not reloaded, the last good set stays", extra={"fields": {"fault": str(error)}})
    else:
        log.info("policies reloaded", extra={"fields": {"digest": authority.policies.digest}})

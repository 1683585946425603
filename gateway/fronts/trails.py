"""From settings to the audit trail of a process: its chain, its rules, its key, and where its anchors are said."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import partial

from gateway import __version__
from gateway.audit.levels import Depth, LevelRule, Levels
from gateway.auditing import aborted
from gateway.drafting.drafter import Drafter
from gateway.fronts.anchoring import teller
from gateway.fronts.trail import Terms, Trail
from gateway.replays import data_folder
from gateway.session import Session
from gateway.settings import AuditSettings, Settings
from gateway.stores.audit_chains import open_chain
from gateway.stores.keys import anchor_signer, gateway_name


def audited(settings: Settings) -> Settings:
    """Return the settings of a gateway that keeps a trail unless it is told not to."""
    if settings.audit.trail is not None:
        return settings
    return settings.model_copy(update={"audit": settings.audit.model_copy(update={"trail": "on"})})


def trail_of(settings: Settings, session: Session, clock: Callable[[], float]) -> Trail | None:
    """Return the trail of this process, begun, or None where there is none. Inside the loop that serves.

    Errors: StoreError for a folder that cannot be written, StoreFullError for a full disk.
    """
    chosen = settings.audit
    if chosen.trail != "on":
        return None
    data = data_folder(settings)
    signer = anchor_signer(data)
    files = open_chain(
        settings.trail_folder, gateway_name(data), chosen.rotate_mb * 1024 * 1024, partial(aborted, at=clock())
    )
    drafter = Drafter(session.redactor, levels_of(chosen))
    terms = Terms(chosen.on_failure == "shed", chosen.durability == "power")
    trail = Trail(files, drafter, signer, teller(chosen.anchors), clock, terms)
    trail.begin(**_facts(settings, session))
    return trail


def levels_of(chosen: AuditSettings) -> Levels:
    """Return how much is kept of which requests."""
    return Levels(
        [
            LevelRule(Depth(each.keep), each.operation, each.principal, each.writes, each.denied)
            for each in chosen.levels
        ]
    )


def _facts(settings: Settings, session: Session) -> dict[str, str | int | None]:
    """Return what was in force from the start on. Settings hold no secrets; who signs upstream is said by its kind."""
    identity = settings.identity
    own = "key" if identity.upstream_key_file else "token" if identity.upstream_token_file else None
    return {
        "version": __version__,
        "pid": os.getpid(),
        "mode": settings.mode.name,
        "upstream": settings.upstream.url,
        "upstream_credential": own,
        "settings_sha256": hashlib.sha256(settings.model_dump_json().encode()).hexdigest(),
        "policies": session.authority.policies.digest if session.authority is not None else None,
    }

"""What is said when a replay ends: one log line a scope, a report file if one is named, and whether all was used.

A recording counts as used when any scope used it. Polls of a run of equal answers count together.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from gateway.cassette.reports import ScopeReport, document
from gateway.cassette.scoping import shown
from gateway.cassette.telling import words
from gateway.contract.model import JsonObject
from gateway.errors import DifferenceError, SettingsError, StoreError
from gateway.session import cassette_path
from gateway.settings import Settings

log = logging.getLogger(__name__)


class Ended(Protocol):
    """What can be told of scopes: all their reports, and that of all together, None where nothing was replayed."""

    def ended(self) -> tuple[ScopeReport, ...]: ...

    def overall(self) -> ScopeReport | None: ...


def check_reports(settings: Settings) -> None:
    """Look at the start for the folders of the reports, which are written when all is done. Errors: SettingsError."""
    for flag, path in (("--report", settings.scopes.report), ("--verify-report", settings.verify.report)):
        if path is not None and not path.parent.is_dir():
            raise SettingsError(f"{flag}: {path}: cannot be written; expected a folder {path.parent}")


def tell(settings: Settings, scopes: Ended) -> None:
    """Say at the end of a process what its settings ask for. Nothing is said where nothing was replayed.

    Errors: DifferenceError, StoreError.
    """
    overall = scopes.overall()
    if overall is None:
        return
    reports = scopes.ended()
    log_scopes(reports)
    if settings.scopes.report is not None:
        write_summary(settings.scopes.report, summary(str(cassette_path(settings)), reports, overall))
    if settings.scopes.require_all_used:
        require_all_used(overall)


def summary(cassette: str, reports: Iterable[ScopeReport], overall: ScopeReport) -> JsonObject:
    """Return what became of a cassette as one document."""
    return {
        "cassette": cassette,
        "exchanges": overall.used + overall.unused_count,
        "scopes": [document(report) for report in reports],
        "all": _nameless(overall),
    }


def log_scopes(reports: Iterable[ScopeReport]) -> None:
    """Write one line of log for each scope."""
    for report in reports:
        counts = {
            "scope": shown(report.name),
            "hits": report.hits,
            "approximate": report.approximate,
            "misses": report.miss_count,
            "used": report.used,
            "unused": report.unused_count,
        }
        log.info("scope ended", extra={"fields": counts})


def write_summary(path: Path, written: JsonObject) -> None:
    """Write the report file. Errors: StoreError when it cannot be written."""
    try:
        path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: the report cannot be written ({error.strerror})") from error


def require_all_used(overall: ScopeReport) -> None:
    """Errors: DifferenceError in words when something recorded was not used, or a request missed."""
    if overall.unused_count or overall.miss_count:
        raise DifferenceError("not all was used\n" + "\n".join(words(_nameless(overall))))


def _nameless(overall: ScopeReport) -> JsonObject:
    return {word: value for word, value in document(overall).items() if word != "name"}

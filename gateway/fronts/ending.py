"""What is said when a replay ends: one log line a scope, a report file if one is named, and whether all was used.

A recording counts as used when any scope used it. Polls of a run of equal answers count together.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from gateway.cassette.reports import ScopeReport, document
from gateway.cassette.scoping import shown
from gateway.contract.model import JsonObject
from gateway.errors import DifferenceError, StoreError
from gateway.fronts.scopes import Scopes
from gateway.session import cassette_path
from gateway.settings import Settings

log = logging.getLogger(__name__)

# Of the unused exchanges and of the misses so many are named in words.
MOST_NAMED = 20


def tell(settings: Settings, scopes: Scopes) -> None:
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
        "all": {word: value for word, value in document(overall).items() if word != "name"},
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
        raise DifferenceError("\n".join(left(overall)))


def left(overall: ScopeReport) -> Iterator[str]:
    """Yield in words, line by line, what was not used and what missed: neither hides the other."""
    count = overall.used + overall.unused_count
    yield f"{overall.unused_count} of {count} recorded exchanges were not used, {overall.miss_count} requests missed"
    for unused in overall.unused[:MOST_NAMED]:
        yield f"  unused: exchange {unused.seq}, {unused.operation} ({unused.method} {unused.target_template})"
    if overall.unused_count > MOST_NAMED:
        yield f"  unused: and {overall.unused_count - MOST_NAMED} more"
    for miss in overall.misses[:MOST_NAMED]:
        yield f"  missed: {miss['operation']}, {miss['kind']}: {miss['message']}"
    if overall.miss_count > MOST_NAMED:
        yield f"  missed: and {overall.miss_count - MOST_NAMED} more"

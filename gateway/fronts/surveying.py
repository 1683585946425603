"""What is said when a service was held against a cassette: a report file if one is named, the counts, the exit code."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from gateway.cassette.comparing import Weight
from gateway.cassette.departures import Survey, in_words
from gateway.errors import DifferenceError, StoreError
from gateway.settings import Settings

log = logging.getLogger(__name__)

# So many departures are named in words; the report has all.
MOST_NAMED = 20


def conclude(settings: Settings, survey: Survey) -> None:
    """Say at the end what was found. Nothing is said where nothing was compared.

    Errors: StoreError for a report that cannot be written, DifferenceError when the service broke with the cassette.
    """
    if not survey.answers:
        return
    fields = {"answers": survey.answers, **{weight.value: count for weight, count in survey.counts.items()}}
    log.info("service compared with the cassette", extra={"fields": fields})
    if settings.verify.report is not None:
        write_report(settings.verify.report, survey)
    if survey.has_errors:
        raise DifferenceError("\n".join(words_of(survey)))


def write_report(path: Path, survey: Survey) -> None:
    """Write the report file. Errors: StoreError when it cannot be written."""
    try:
        path.write_text(json.dumps(survey.document(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: the report cannot be written ({error.strerror})") from error


def words_of(survey: Survey) -> list[str]:
    """Return in words, line by line, where the service broke with the cassette."""
    errors = [row for row in survey.rows() if row["severity"] == Weight.ERROR.value]
    lines = [f"the service departs from the cassette: {survey.counts[Weight.ERROR]} errors in {survey.answers} answers"]
    lines += [f"  {in_words(row)}" for row in errors[:MOST_NAMED]]
    return lines if len(errors) <= MOST_NAMED else [*lines, f"  and {len(errors) - MOST_NAMED} more kinds"]

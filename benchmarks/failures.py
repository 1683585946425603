"""The reasons for which a benchmark does not happen, each one clear sentence."""

from __future__ import annotations


class CannotMeasureError(Exception):
    """Something is missing or did not start. The command ends with 3 and says this sentence."""

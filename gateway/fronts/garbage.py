"""How often a process that serves looks for garbage.

What it began with stays to the end, so it is never looked through again; and hardly anything that a request makes is
part of a cycle, so looking seldom costs little memory. Python's own rate took a sixth of a replayed answer's time.
"""

from __future__ import annotations

import gc

# New objects between looks at the young ones; of those looks, and of those in turn, how many come before the next kind.
THRESHOLDS = (10_000, 20, 50)


def look_seldom() -> None:
    """Leave all that is there out of the search, and search seldom. For a process that is ready to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)

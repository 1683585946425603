"""Templates, and what every one of them shows. What is put into a page is text: markup is escaped, and so is what would
move a cursor or turn a line.

Jinja2 is loaded with the first page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.audit.telling import moment
from gateway.audit.words import plain

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")
_LONGEST = 1 << 20


def rendered(template: str, **values: Any) -> str:
    """Return a page."""
    return templates().get_template(template).render(**values)


@cache
def templates() -> Environment:
    """Return the templates; whatever they do not know is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"lines": str.splitlines, "moment": moment, "size": size}
    return environment


def size(size_bytes: int) -> str:
    """Return how large something is, as people say it."""
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size_bytes >= least:
            return f"{size_bytes / least:.1f} {unit}"
    return f"{size_bytes} B"


def shown(value: Any) -> Any:
    """Return a value as a page shows it. Markup is a template's own."""
    if hasattr(value, "__html__"):
        return value
    return plain(value, _LONGEST) if isinstance(value, str) else "" if value is None else value

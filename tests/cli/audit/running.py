"""The verb `audit`, called as users do."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from gateway.cli import root


def audit(*arguments: object) -> Result:
    """Return what a command did. Exceptions come through."""
    return CliRunner().invoke(root, ["audit", *map(str, arguments)], catch_exceptions=False)


def said(*arguments: object) -> list[str]:
    """Return the lines that a command printed."""
    result = audit(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def document(*arguments: object) -> Any:
    """Return the JSON that a command printed."""
    return json.loads("\n".join(said(*arguments, "--json")))

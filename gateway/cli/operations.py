"""`evs-gateway operations`: the catalogue, for people as a table, for programs as JSON or as an OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from gateway import __version__
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints_page import constraints_page
from gateway.contract.model import JsonObject, JsonValue, Operation
from gateway.contract.openapi import document

_COLUMNS = ("OPERATION", "SECTION", "METHOD", "PATH", "BODY KEY", "ACTIONS", "DEPRECATED")


@click.command("operations")
@click.option("--json", "form", flag_value="json", help="One JSON document with every row, whole.")
@click.option("--openapi", "form", flag_value="openapi", help="An OpenAPI 3.1 document with every constraint.")
@click.option("--constraints", "form", flag_value="constraints", help="A Markdown page with every constraint.")
def command(form: str | None) -> None:
    """Print the documented operations this gateway knows.

    ACTIONS are the API actions a caller needs (appendix A.5 of the API reference): `-` where none is needed, `?` where
    the appendix does not list the operation, and one line for each source where they depend on the source of a disk.
    """
    operations = sorted(CATALOGUE.operations, key=_place)
    match form:
        case "openapi":
            click.echo(json.dumps(document(__version__), indent=2))
        case "constraints":
            click.echo(constraints_page(), nl=False)
        case "json":
            click.echo(json.dumps([_row(operation) for operation in operations], indent=2))
        case _:
            for line in _table([_COLUMNS, *(cells for each in operations for cells in _cells(each))]):
                click.echo(line)


def _place(operation: Operation) -> tuple[bool, list[int]]:
    """Return where an operation's section stands in the reference: chapters first, then appendices."""
    parts = operation.section.split(".")
    return parts[0].isalpha(), [int(part) for part in parts if part.isdigit()]


def _row(operation: Operation) -> JsonObject:
    actions = operation.actions
    return {
        "id": operation.id,
        "section": operation.section,
        "title": operation.title,
        "method": operation.method,
        "path": operation.path,
        "status": operation.status,
        "family": operation.family.value,
        "resource": operation.resource.value,
        "effect": operation.effect.value,
        "body_key": operation.body_key,
        "action_keys": list(operation.action_keys),
        "actions": None if actions is None else list(actions),
        "actions_by_source": {source: list(needed) for source, needed in operation.actions_by_source.items()},
        "request": operation.request.__name__ if operation.request else None,
        "query": _parameters(operation),
        "deprecated": operation.deprecated,
        "authenticated": operation.authenticated,
    }


def _parameters(operation: Operation) -> list[JsonValue]:
    return list(operation.query.model_fields) if operation.query else []


def _cells(operation: Operation) -> Iterator[tuple[str, ...]]:
    """Yield the line of an operation, and one more for each source that needs other actions."""
    deprecated = "deprecated" if operation.deprecated else ""
    start = (operation.id, operation.section, operation.method, operation.path)
    keys = " | ".join(operation.action_keys) or operation.body_key or ""
    if not operation.actions_by_source:
        yield (*start, keys, _needed(operation.actions), deprecated)
    for at, (source, needed) in enumerate(operation.actions_by_source.items()):
        line = f"from {source}: {_needed(needed)}"
        yield (*start, keys, line, deprecated) if at == 0 else ("", "", "", "", "", line, "")


def _needed(actions: tuple[str, ...] | None) -> str:
    return "?" if actions is None else " ".join(actions) or "-"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

"""What the subcommands share: where the trail lies, what is looked for, and how records are printed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from gateway.audit.entries import LATEST_MS, Kind, Term
from gateway.audit.search import Query, moment_ms, spoken
from gateway.contract.model import JsonObject
from gateway.settings import Settings, load
from gateway.stores.audit_reading import folder_with_trail

Command = TypeVar("Command", bound=Callable[..., Any])

path_type = click.Path(path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
index_option = click.option(
    "--index", "index_file", type=path_type, help="The index of the trail (default: beside it)."
)
# Notes of writes about to be sent, and anchors, are told when they are asked for: their ends say the rest.
TOLD: tuple[Term, ...] = (("stage", "complete"), ("stage", "aborted"), ("stage", "admin"), ("stage", "gap"))
_STAGES = ("received", "complete", "aborted", "admin", "anchor", "gap")


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else moment_ms(value, round(time.time() * 1000))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error


def _words(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> frozenset[str]:
    words = spoken(value)
    if value and not words:
        raise click.BadParameter("holds no word; expected letters or digits", ctx, param)
    return words


since_option = click.option("--since", callback=_moment, metavar="TIME", help="From then on: ISO (UTC), or 15m ago.")
until_option = click.option("--until", callback=_moment, metavar="TIME", help="Before then; as --since (s, m, h, d).")


def settings_of(data: Path | None, file: Path | None) -> Settings:
    """Return the settings, with another data folder where one is named. Errors: SettingsError."""
    return load([("--data", "data", data)], file).settings


def trail_options(command: Command) -> Command:
    """Add the options that say where the trail lies."""
    command = click.option("--config", "file", type=path_type, help="Settings file.")(command)
    command = click.option("--data", type=path_type, help="Data folder (default: that of the settings).")(command)
    return click.option("--trail", type=path_type, help="Folder of the trail (default: that of the settings).")(command)


def trail_in(trail: Path | None, data: Path | None, file: Path | None) -> Path:
    """Return the folder of the trail. Errors: RunError when none is there."""
    return folder_with_trail(trail or settings_of(data, file).trail_folder)


def filters(command: Command) -> Command:
    """Add the options that say what is looked for; the command gets them as one `query`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def query_of(given: dict[str, Any], usual: tuple[Term, ...] = TOLD) -> Query:
    """Return what the options ask for, and take them out of those given. `usual` are the stages when none is named."""
    words, since, until = given.pop("words"), given.pop("since"), given.pop("until")
    named: list[Term] = [(kind, word) for kind in _KINDS for word in given.pop(f"by_{kind}")]
    stages = () if any(kind in ("stage", "id") for kind, _ in named) else usual
    return Query((*named, *stages), words, since or 0, LATEST_MS if until is None else until)


def _many(name: str, metavar: str, says: str) -> Callable[[Command], Command]:
    return click.option(f"--{name}", f"by_{name}", multiple=True, metavar=metavar, help=says)


_KINDS: tuple[Kind, ...] = (
    "principal",
    "operation",
    "action",
    "resource",
    "decision",
    "status",
    "origin",
    "from",
    "project",
    "scope",
    "method",
    "mode",
    "chain",
    "id",
    "stage",
)
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    _many("principal", "NAME", "Who asked: name or id of a user, access key, agency."),
    _many("operation", "ID", "Operation, as in `evs-gateway operations`."),
    _many("action", "ACTION", "Action that was needed, as evs:volumes:create."),
    _many("resource", "ID", "What was named in the path, or denied."),
    _many("decision", "WORD", "allow, deny, none; or why: explicit, implicit, unmapped, project."),
    _many("status", "STATUS", "As 403 or 4xx."),
    _many("origin", "WORD", "Who answered: cloud, gateway, cassette, fault."),
    _many("from", "IP", "Address of the client."),
    _many("project", "ID", "Project."),
    _many("scope", "NAME", "Replay scope."),
    _many("method", "METHOD", "HTTP method."),
    _many("mode", "MODE", "Mode that was in force."),
    _many("chain", "NAME", "Chain of one gateway process."),
    _many("id", "ID", "Request id, as in the answer's X-Request-Id."),
    click.option(
        "--stage",
        "by_stage",
        multiple=True,
        type=click.Choice(_STAGES),
        help="Kind of record (default: all but received and anchor; of exports: all).",
    ),
    click.option(
        "--text",
        "words",
        multiple=True,
        callback=_words,
        metavar="WORDS",
        help="Words in the record; all of them must be there.",
    ),
    since_option,
    until_option,
)


def written(record: JsonObject) -> str:
    """Return a record on one line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

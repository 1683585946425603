"""Cassettes: those that lie beside the gateway's own, and one of them at a glance.

Off the loop, and bounded: of a cassette file the first exchanges are read, a text cassette that is too large is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.cassette.exchange import Exchange
from gateway.cassette.rule_set import RULE_SET
from gateway.errors import CassetteError
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.drifts import Held, from_reference
from gateway.inspector.tapes import MOST_EXCHANGES, Tape, tape_of
from gateway.inspector.timelines import timeline
from gateway.session import cassette_path
from gateway.stores.cassettes import is_folder_form, open_cassette
from gateway.stores.shelves import Kept, kept_in
from gateway.stores.text_folder import rules_of

CASSETTES = f"{MOUNT}/cassettes"
# A text cassette is read whole.
MOST_TEXT_BYTES = 64 * 1024 * 1024
# So many answers are held against the reference.
MOST_HELD = 1_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A cassette that was looked into. `rules` are those that redacted it, where it says so."""

    kept: Kept
    tape: Tape
    held: Held
    rules: str

    @property
    def is_redacted_by_current(self) -> bool:
        return self.rules in ("", RULE_SET)


def exchanges_of(path: Path) -> Iterator[Exchange]:
    """Yield the exchanges of a cassette in order. Errors: CassetteError."""
    with closing(open_cassette(path)) as cassette:
        yield from cassette.read()


def looked_into(folder: Path, kept: Kept) -> Looked:
    """Return a cassette at a glance. Errors: CassetteError for one that cannot be read, or is too large for here."""
    path = folder / kept.name
    if kept.form == "text" and kept.size_bytes > MOST_TEXT_BYTES:
        raise CassetteError(f"{kept.name}: is too large to be looked into here; see evs-gateway cassette list")
    read = list(islice(exchanges_of(path), MOST_EXCHANGES + 1))
    rules = rules_of(path) if is_folder_form(path) else ""
    return Looked(kept, tape_of(read, MOST_EXCHANGES), from_reference(read[:MOST_HELD]), rules)


def shelf_routes(context: Context) -> list[Route]:
    """Return the shelf, and its cassettes. Errors: 404 for a cassette that does not lie there."""
    own = cassette_path(context.settings)

    async def listed(request: Request) -> Response:
        kept = await context.reading.run(lambda: kept_in(own.parent))
        return context.page(request, "cassettes.html", kept=kept, own=own.name, now_s=context.clock())

    async def one(request: Request) -> Response:
        looked = await context.reading.run(lambda: _named(own.parent, request.path_params["name"]))
        if looked is None:
            raise HTTPException(404, "no such cassette lies beside the gateway's own")
        return context.page(
            request,
            "cassette.html",
            looked=looked,
            line=timeline(looked.tape),
            own=own.name,
            now_s=context.clock(),
            most_held=MOST_HELD,
        )

    return [
        Route("/cassettes", listed, methods=["GET"]),
        Route("/cassettes/{name}", one, methods=["GET"]),
    ]


VIEW = View(Tab("Cassettes", CASSETTES), shelf_routes)


def _named(folder: Path, name: str) -> Looked | None:
    """Return a cassette of the shelf; only what lies there can be named."""
    kept = next((each for each in kept_in(folder) if each.name == name), None)
    return None if kept is None else looked_into(folder, kept)

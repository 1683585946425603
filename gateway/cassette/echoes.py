"""Where the client's own words come back: from which member of which recorded request a member of an answer came.

By provenance, never by value: a disk's name, its description and a metadata value may be the same text and be sent as
three different ones later (replay trial, point 2). A member of an answer that shows a thing came from the last write
before it that set this member of this thing to this value; a batch adds `-0001` to the name it was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.cassette.kinds import IS_ALIAS
from gateway.cassette.leaves import Path, leaves, objects
from gateway.cassette.lineage import BATCH_SUFFIX, Entry, Lineage
from gateway.contract.model import JsonValue

Field = tuple[str, ...]

# Two spellings of one member. Source: Updating a Disk, display_name and display_description.
_SAME = {"display_name": "name", "display_description": "description"}
# Members that repeat the name of the thing whose id stands beside them; `name` itself where no `id` stands, as in the
# entities of a job.
_SHOWN_BESIDE = (("volume_name", "volume_id"), ("name", "volume_id"), ("name", "snapshot_id"))
_METADATA = frozenset({"metadata", "meta"})


@dataclass(frozen=True, slots=True)
class Echo:
    """A member of an answer that repeats the member at `path` of the request of the write at `write`, with a
    suffix that the service added."""

    write: int
    path: Path
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class _Setting:
    write: int
    path: Path
    value: str

    def echo(self, value: str) -> Echo | None:
        if value == self.value:
            return Echo(self.write, self.path)
        suffix = value[len(self.value) :] if self.value and value.startswith(self.value) else ""
        return Echo(self.write, self.path, suffix) if BATCH_SUFFIX.fullmatch(suffix) else None


class Echoes:
    """What every write of a recording set, by thing and member."""

    def __init__(self, entries: list[Entry], origin: Lineage) -> None:
        self._settings: dict[tuple[str, Field], list[_Setting]] = defaultdict(list)
        for entry in entries:
            if entry.changes:
                self._note(entry, origin)

    def of(self, entry: Entry, answer: JsonValue) -> dict[Path, Echo]:
        """Return the echoes in an answer by their path in it."""
        found = {}
        for path, field, thing, value in _shown(entry, answer):
            for setting in reversed(self._settings.get((thing, field), ())):
                echo = setting.echo(value) if setting.write <= entry.at else None
                if echo is not None:
                    found[path] = echo
                    break
        return found

    def _note(self, entry: Entry, origin: Lineage) -> None:
        target = entry.keyed.target
        things = [target] if target and not origin.issued.get(entry.at) else origin.issued.get(entry.at, [])
        for path, value in entry.keyed.chosen.items():
            for thing in things:
                self._settings[thing, _field(path)].append(_Setting(entry.at, path, value))


def _field(path: Path) -> Field:
    """Return which member of a thing a path in a body or answer is about: metadata by its key, all else by name."""
    steps = [step for step in path if isinstance(step, str)]
    for place, step in enumerate(steps[:-1]):
        if step in _METADATA:
            return ("metadata", *steps[place + 1 :])
    return (_SAME.get(steps[-1], steps[-1]),)


def _shown(entry: Entry, answer: JsonValue) -> Iterator[tuple[Path, Field, str, str]]:
    """Yield path, member, thing and value of the strings that an answer shows of things."""
    for path, value in objects(answer):
        thing = value.get("id")
        if isinstance(thing, str) and IS_ALIAS.fullmatch(thing):
            yield from _members(path, value, thing)
        for name, beside in _SHOWN_BESIDE:
            shown, owner = value.get(name), value.get(beside)
            if isinstance(shown, str) and isinstance(owner, str) and (name != "name" or thing is None):
                yield (*path, name), ("name",), owner, shown
    if entry.keyed.target and isinstance(answer, dict):
        yield from _metadata(answer, entry.keyed.target)


def _members(path: Path, value: dict[str, JsonValue], thing: str) -> Iterator[tuple[Path, Field, str, str]]:
    for name, leaf in value.items():
        if isinstance(leaf, str):
            yield (*path, name), _field((name,)), thing, leaf
        elif name == "metadata":
            for below, item in leaves(leaf):
                if isinstance(item, str):
                    yield (*path, name, *below), _field((name, *below)), thing, item


def _metadata(answer: dict[str, JsonValue], thing: str) -> Iterator[tuple[Path, Field, str, str]]:
    for name in _METADATA & answer.keys():
        for below, item in leaves(answer[name]):
            if isinstance(item, str):
                yield (name, *below), _field((name, *below)), thing, item

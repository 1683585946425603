"""Where the client's own words come back: from which member of which recorded request a member of an answer came.

By provenance, never by value: a disk's name, its description and a metadata value may be the same text and be sent as
three different ones later (replay trial, point 2). A member of an answer that shows a thing came from the last write
before it that set this member of this thing to this value; a batch adds `-0001` to the name it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.cassette.kinds import IS_ALIAS
from gateway.cassette.leaves import Path, leaves, objects
from gateway.cassette.lineage import BATCH_SUFFIX
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
class Setting:
    """A write that set a member of a thing to a value, from the member at `path` of its request."""

    write: int
    path: Path
    value: str

    def echo(self, value: str) -> Echo | None:
        if value == self.value:
            return Echo(self.write, self.path)
        suffix = value[len(self.value) :] if self.value and value.startswith(self.value) else ""
        return Echo(self.write, self.path, suffix) if BATCH_SUFFIX.fullmatch(suffix) else None


# What was set of a thing, by member, in recorded order.
Settings = Mapping[Field, Sequence[Setting]]


@dataclass(frozen=True, slots=True)
class Words:
    """What a write that was carried out chose freely, and the thing it names."""

    at: int
    target: str | None
    chosen: Mapping[Path, str]

    def settings(self, issued: Sequence[str]) -> Iterator[tuple[str, Field, Setting]]:
        """Yield what it set, given the things it made: thing, member and setting."""
        things = [self.target] if self.target and not issued else issued
        for path, value in self.chosen.items():
            for thing in things:
                yield thing, field_of(path), Setting(self.at, path, value)


def echoes(at: int, target: str | None, answer: JsonValue, settings_of: Callable[[str], Settings]) -> dict[Path, Echo]:
    """Return the echoes in the answer of the exchange at a place, by their path in it."""
    found = {}
    for path, field, thing, value in _shown(target, answer):
        for setting in reversed(settings_of(thing).get(field, ())):
            echo = setting.echo(value) if setting.write <= at else None
            if echo is not None:
                found[path] = echo
                break
    return found


def field_of(path: Path) -> Field:
    """Return which member of a thing a path in a body or answer is about: metadata by its key, all else by name."""
    steps = [step for step in path if isinstance(step, str)]
    for place, step in enumerate(steps[:-1]):
        if step in _METADATA:
            return ("metadata", *steps[place + 1 :])
    return (_SAME.get(steps[-1], steps[-1]),)


def _shown(target: str | None, answer: JsonValue) -> Iterator[tuple[Path, Field, str, str]]:
    """Yield path, member, thing and value of the strings that an answer shows of things."""
    for path, value in objects(answer):
        thing = value.get("id")
        if isinstance(thing, str) and IS_ALIAS.fullmatch(thing):
            yield from _members(path, value, thing)
        for name, beside in _SHOWN_BESIDE:
            shown, owner = value.get(name), value.get(beside)
            if isinstance(shown, str) and isinstance(owner, str) and (name != "name" or thing is None):
                yield (*path, name), ("name",), owner, shown
    if target and isinstance(answer, dict):
        yield from _metadata(answer, target)


def _members(path: Path, value: dict[str, JsonValue], thing: str) -> Iterator[tuple[Path, Field, str, str]]:
    for name, leaf in value.items():
        if isinstance(leaf, str):
            yield (*path, name), field_of((name,)), thing, leaf
        elif name == "metadata":
            for below, item in leaves(leaf):
                if isinstance(item, str):
                    yield (*path, name, *below), field_of((name, *below)), thing, item


def _metadata(answer: dict[str, JsonValue], thing: str) -> Iterator[tuple[Path, Field, str, str]]:
    for name in _METADATA & answer.keys():
        for below, item in leaves(answer[name]):
            if isinstance(item, str):
                yield (name, *below), field_of((name, *below)), thing, item

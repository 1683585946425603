"""The file `policy-set.yaml`: which documents count, in which layer, at which level, and for whom.

Source: policy-format, "A policy folder".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.access.bindings import Binding, Groups, read_binding, read_groups
from gateway.access.nodes import Mapping, Node, Place, Sequence, as_items, as_mapping, as_text, suggestion
from gateway.access.reading import Surroundings
from gateway.access.yaml_nodes import read_yaml

SET_FILE = "policy-set.yaml"

T = TypeVar("T", bound=StrEnum)


class Layer(StrEnum):
    """What a policy is for: granting to those it is bound to, or denying to everybody."""

    IDENTITY = "identity"
    GUARDRAIL = "guardrail"


class Level(StrEnum):
    """Whether a policy decides, only says what it would decide, or rests."""

    ENFORCE = "enforce"
    REPORT = "report"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document that the set lists. `place` is where its file is named."""

    file: str
    name: str
    layer: Layer
    level: Level
    place: Place


@dataclass(frozen=True, slots=True)
class SetFile:
    """What the file says."""

    around: Surroundings
    entries: tuple[Entry, ...]
    bindings: tuple[Binding, ...]
    groups: Groups


def read_set_file(text: bytes, file: str = SET_FILE) -> SetFile:
    """Return what a set file says. Errors: PolicyError with file, line and column."""
    root = as_mapping(read_yaml(text, file), "a policy set")
    root.only(("version", "region", "timezone", "policies", "bindings", "groups"), "key")
    version = root.need("version")
    if as_text(version, "version") != "1":
        raise version.place.error(f"unknown version {as_text(version, 'version')!r}; expected 1")
    entries = tuple(_entries(root))
    groups = read_groups(root.get("groups"))
    return SetFile(_surroundings(root), entries, tuple(_bindings(root, entries, groups)), groups)


def _surroundings(root: Mapping) -> Surroundings:
    node = root.need("region")
    region = as_text(node, "region")
    if not region or ":" in region or "*" in region:
        raise node.place.error(f"{region!r} is no region; expected a name like ae-ad-1")
    return Surroundings(region, _zone(root.get("timezone")))


def _zone(node: Node | None) -> tzinfo:
    if node is None:
        return UTC
    name = as_text(node, "timezone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise node.place.error(f"unknown timezone {name!r}; expected a name like Asia/Dubai") from error


def _entries(root: Mapping) -> Iterator[Entry]:
    names: set[str] = set()
    for item in as_items(root.need("policies"), "policies"):
        entry = _entry(as_mapping(item, "a policy"))
        if entry.name in names:
            raise entry.place.error(f"two policies are named {entry.name!r}; give one of them another name")
        names.add(entry.name)
        yield entry


def _entry(node: Mapping) -> Entry:
    node.only(("file", "name", "layer", "level"), "key")
    file, name = node.need("file"), node.get("name")
    path = _inside(file)
    called = PurePosixPath(path).stem if name is None else as_text(name, "name")
    if not called:
        raise node.place.error("the name of a policy is empty")
    return Entry(
        path,
        called,
        _choice(Layer, node.get("layer"), "layer", Layer.IDENTITY),
        _choice(Level, node.get("level"), "level", Level.ENFORCE),
        file.place,
    )


def _inside(node: Node) -> str:
    """Return the path of a document. Errors: PolicyError for one that leads out of the folder."""
    path = as_text(node, "file")
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
        raise node.place.error(f"{path!r} is no file inside the policy folder")
    return str(PurePosixPath(path))


def _choice(kind: type[T], node: Node | None, what: str, default: T) -> T:
    if node is None:
        return default
    found = as_text(node, what)
    known = [each.value for each in kind]
    if found not in known:
        raise node.place.error(f"unknown {what} {found!r}{suggestion(found, known)}")
    return kind(found)


def _bindings(root: Mapping, entries: tuple[Entry, ...], groups: Groups) -> Iterator[Binding]:
    node = root.get("bindings")
    if node is None or (isinstance(node, Sequence) and not node.items):
        return
    names = frozenset(entry.name for entry in entries)
    for item in as_items(node, "bindings"):
        yield read_binding(item, names, groups)

"""What a document says, with the place of each word: the common form of policy files in JSON and YAML.

Knows no policies. A place turns into the error that names it, so that whoever reads a document can point at what is
wrong in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from gateway.errors import PolicyError

# A policy of IAM has at most a few kilobytes; the bounds only keep every later walk short.
MAX_BYTES = 64 * 1024
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. **Units**: lines and columns are counted from 1, columns in characters."""

    file: str
    line: int
    column: int

    def error(self, message: str) -> PolicyError:
        return PolicyError(f"{self.file}:{self.line}:{self.column}: {message}")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word or number. `is_text` is false for the numbers, booleans and nulls of JSON."""

    text: str
    place: Place
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """Several things in order."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Named things in the order written; no name stands twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    def get(self, name: str) -> Node | None:
        return next((node for key, node in self.entries if key.text == name), None)

    def need(self, name: str) -> Node:
        """Return a member. Errors: PolicyError when there is none."""
        node = self.get(name)
        if node is None:
            raise self.place.error(f"{name} is missing")
        return node

    def only(self, names: Iterable[str], what: str) -> None:
        """Check that no other members stand here. Errors: PolicyError, with the nearest name there is."""
        known = list(names)
        for key, _ in self.entries:
            if key.text not in known:
                raise key.place.error(f"unknown {what} {key.text!r}{suggestion(key.text, known)}")


Node = Scalar | Sequence | Mapping


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the words that offer the nearest known one, or name all of a few."""
    words = list(known)
    lowered = {each.lower(): each for each in words}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {lowered[near[0]]!r}?"
    return f"; expected one of {', '.join(words)}" if len(words) <= 12 else ""


def unique(entries: Iterable[tuple[Scalar, Node]]) -> tuple[tuple[Scalar, Node], ...]:
    """Return the entries of a mapping. Errors: PolicyError when a key stands twice."""
    return tuple(_unique(entries))


def _unique(entries: Iterable[tuple[Scalar, Node]]) -> Iterator[tuple[Scalar, Node]]:
    seen: set[str] = set()
    for key, node in entries:
        if key.text in seen:
            raise key.place.error(f"the key {key.text!r} stands twice")
        seen.add(key.text)
        yield key, node


def decoded(text: bytes, file: str) -> str:
    """Return the text of a document. Errors: PolicyError for one that is too long, no UTF-8 or begins with a mark."""
    start = Place(file, 1, 1)
    if len(text) > MAX_BYTES:
        raise start.error(f"the file is longer than {MAX_BYTES} bytes")
    if text.startswith(b"\xef\xbb\xbf"):
        raise start.error("the file begins with a byte order mark; save it as UTF-8 without one")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        raise place_in(before, len(before), file).error("not UTF-8") from error


def place_in(text: str, at: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def as_text(node: Node, what: str) -> str:
    """Return a string. Errors: PolicyError for anything else."""
    if not isinstance(node, Scalar) or not node.is_text:
        raise node.place.error(f"{what} must be a string")
    return node.text


def as_mapping(node: Node, what: str) -> Mapping:
    """Return a mapping. Errors: PolicyError for anything else."""
    if not isinstance(node, Mapping):
        raise node.place.error(f"{what} must be an object")
    return node


def as_items(node: Node, what: str) -> tuple[Node, ...]:
    """Return the items of a list that is not empty. Errors: PolicyError for anything else."""
    if not isinstance(node, Sequence):
        raise node.place.error(f"{what} must be a list")
    if not node.items:
        raise node.place.error(f"{what} is an empty list")
    return node.items


def as_words(node: Node, what: str) -> tuple[Scalar, ...]:
    """Return one string or the strings of a list as scalars. Errors: PolicyError for anything else."""
    items = (node,) if isinstance(node, Scalar) else as_items(node, what)
    for item in items:
        as_text(item, what)
    return tuple(item for item in items if isinstance(item, Scalar))

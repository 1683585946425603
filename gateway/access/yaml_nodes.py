"""YAML with the place of each value, and nothing of YAML that surprises: no anchors, tags or second documents.

Scalars stay the text they are: `off` is the word off, `0012` keeps its zeros.
"""

from __future__ import annotations

from typing import Any

import yaml

from gateway.access.nodes import MAX_DEPTH, Mapping, Node, Place, Scalar, Sequence, decoded, unique


def read_yaml(text: bytes, file: str) -> Node:
    """Return what a YAML document says. Errors: PolicyError with file, line and column."""
    words = decoded(text, file)
    try:
        _check(words, file)
        root = yaml.compose(words, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise _of_mark(error.problem_mark or error.context_mark, file).error(error.problem or str(error)) from error
    except yaml.YAMLError as error:
        raise Place(file, 1, 1).error(" ".join(str(error).split())) from error
    if root is None:
        raise Place(file, 1, 1).error("the file is empty")
    return _node(root, file)


def _check(words: str, file: str) -> None:
    """Refuse what has more than one reading, before anything is built of it."""
    depth = 0
    for event in yaml.parse(words, Loader=yaml.BaseLoader):
        refused = _refused(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            refused = f"nested deeper than {MAX_DEPTH} levels"
        if refused:
            raise _of_mark(event.start_mark, file).error(refused)


def _refused(event: yaml.Event) -> str | None:
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        return "anchors and aliases are not read here; write the value out"
    return "tags are not read here" if getattr(event, "tag", None) is not None else None


def _node(node: yaml.Node, file: str) -> Node:
    place = _of_mark(node.start_mark, file)
    if isinstance(node, yaml.MappingNode):
        return Mapping(unique((_key(key, file), _node(value, file)) for key, value in node.value), place)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_node(item, file) for item in node.value), place)
    return Scalar(node.value, place)


def _key(node: yaml.Node, file: str) -> Scalar:
    if not isinstance(node, yaml.ScalarNode):
        raise _of_mark(node.start_mark, file).error("a key must be a word")
    return Scalar(node.value, _of_mark(node.start_mark, file))


def _of_mark(mark: Any, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)

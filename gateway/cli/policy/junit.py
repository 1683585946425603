"""Results as JUnit XML, the form that CI systems show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

# What XML 1.0 cannot say.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Result:
    """A case with what came out otherwise than expected."""

    file: str
    name: str
    differences: tuple[str, ...]


def junit(results: Iterable[Result]) -> bytes:
    """Return a JUnit document, a suite a file."""
    by_file: dict[str, list[Result]] = {}
    for result in results:
        by_file.setdefault(result.file, []).append(result)
    root = Element("testsuites")
    for file, of_file in by_file.items():
        failures = sum(1 for result in of_file if result.differences)
        suite = SubElement(root, "testsuite", name=_safe(file), tests=str(len(of_file)), failures=str(failures))
        for result in of_file:
            _add(suite, result)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add(suite: Element, result: Result) -> None:
    case = SubElement(suite, "testcase", classname=_safe(result.file), name=_safe(result.name))
    if result.differences:
        failure = SubElement(case, "failure", message=_safe("; ".join(result.differences)))
        failure.text = _safe("\n".join(result.differences))


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

"""The request target: which ones have one reading only, for us and for everything behind us.

A path goes to the cloud as it came, and what stands there may decode it twice, merge its slashes, cut it at a
semicolon or resolve its dots. So no path gets in that would be another one then. A query is data: in it only what
could end the request line is refused.

Source: reference-notes 86; RFC 9112, section 3.2.1; RFC 3986, section 3.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

# Twice what nginx and Apache take; the longest documented query is a few hundred bytes.
MAX_TARGET_BYTES = 16 * 1024

# Segments and a query without escapes, and no dot at the beginning of a segment: nearly all targets there are.
_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?(?:\?[A-Za-z0-9/?&=_,:@.~+-]*)?|/")
_VISIBLE_ASCII = re.compile(rb"[!-~]*")
_PATH = re.compile(rb"[A-Za-z0-9/._~!$&'()*+,=:@%-]*")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SLASH = rb"(?:/|%2[fF])"
_DOT_SEGMENT = re.compile(_SLASH + rb"(?:\.|%2[eE]){1,2}(?:" + _SLASH + rb"|$)")
# A slash, a backslash or a control character that only a decoder sees; a dot, slash, backslash or NUL that only the
# second one sees.
_HIDDEN = re.compile(rb"%(?:2[fF]|5[cC]|[01][0-9A-Fa-f]|7[fF]|25(?:2[eEfF]|5[cC]|00))")
# The one place where an encoded slash can be meant: keys of metadata hold some (`cinder.csi.openstack.org/cluster`).
# There a path that is decoded too early only gets deeper, and nothing is documented below.
_METADATA_KEY = re.compile(rb"((?:/[^/]+){4}/metadata/)([^/]+)/?")
_INNER_SLASH = re.compile(rb"(?<=.)%2[fF](?!%2[fF]|$)")


@dataclass(frozen=True, slots=True)
class Inadmissible:
    """A request that goes no further: the status it is answered with, and why, for the client to read."""

    status: int
    message: str


def judge_target(target: bytes) -> Inadmissible | None:
    """Return why a target is refused, or None.

    Errors: 414 for a long one, 404 for an empty segment, 400 for the others.
    """
    if len(target) > MAX_TARGET_BYTES:
        return Inadmissible(414, f"The request target is longer than {MAX_TARGET_BYTES} bytes.")
    if _PLAIN.fullmatch(target):
        return None
    path = target.partition(b"?")[0]
    fault = _form_fault(target) or _path_fault(path)
    if fault is not None:
        return Inadmissible(400, fault)
    return Inadmissible(404, "The request path holds an empty segment.") if b"//" in path else None


def _form_fault(target: bytes) -> str | None:
    if not target.startswith(b"/"):
        return "The request target must be a path that begins with a slash."
    if not _VISIBLE_ASCII.fullmatch(target) or b"#" in target:
        return "The request target holds a character that must be percent-encoded."
    if _BROKEN_ESCAPE.search(target):
        return "The request target holds a broken percent-encoding."
    if b"%00" in target:
        return "The request target holds an encoded NUL."
    return None


def _path_fault(path: bytes) -> str | None:
    if not _PATH.fullmatch(path):
        return "The request path holds a character that must be percent-encoded."
    if _DOT_SEGMENT.search(path):
        return "The request path holds a dot segment."
    if _HIDDEN.search(_without_slashes_of_key(path)):
        return "The request path holds an ambiguous percent-encoding."
    if b"%" in path and not _is_utf8(unquote_to_bytes(path)):
        return "The request path is not UTF-8 when decoded."
    return None


def _without_slashes_of_key(path: bytes) -> bytes:
    """Return the path without the encoded slashes inside the key of metadata that it may end with."""
    match = _METADATA_KEY.fullmatch(path)
    return match[1] + _INNER_SLASH.sub(b"", match[2]) if match else path


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True

"""Bodies that have files of their own in the text form: large ones, and bytes that nobody can read anyway.

A blob is named for its content, `blobs/sha256-<hex>.<ext>`, so that one content is there once, a name never means
another content, and an altered file is told. `.json` is laid out for people and diffs, `.txt` and `.bin` are the bytes.
Bodies are stored as they were read, without a content coding.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

FOLDER = "blobs"
LARGEST_INLINE = 16 * 1024
LARGEST_INLINE_BASE64 = 256
_NAME = re.compile(r"blobs/(sha256-[0-9a-f]{64})\.(?:json|txt|bin)")


def is_blob(name: str) -> bool:
    """True for the name of a blob, as the text form gives it."""
    return _NAME.fullmatch(name) is not None


def placed(form: dict[str, Any], blobs: dict[str, bytes]) -> dict[str, Any]:
    """Return the form of a body, in a blob where it does not stand well among the members of an exchange."""
    extension, content = _content(form)
    if len(content) <= (LARGEST_INLINE_BASE64 if extension == "bin" else LARGEST_INLINE):
        return form
    name = f"{FOLDER}/{_digest(content)}.{extension}"
    blobs[name] = content
    return {"blob": name}


def content_of(name: str, blobs: Mapping[str, bytes]) -> bytes:
    """Return the content of a blob.

    Errors: ValueError that names the blob which is missing, misnamed or altered.
    """
    named = _NAME.fullmatch(name)
    if named is None:
        raise ValueError(f"{name} is no name of a blob; expected blobs/sha256-<64 digits>.json, .txt or .bin")
    if name not in blobs:
        raise ValueError(f"{name} is missing; bring it back")
    found = _digest(blobs[name])
    if found != named[1]:
        raise ValueError(f"{name} was altered: its content is {found}; bring it back, or rename it and its mention")
    return blobs[name]


def _content(form: dict[str, Any]) -> tuple[str, bytes]:
    if "json" in form:
        return "json", dumped(form["json"])
    if "text" in form:
        return "txt", "\n".join(form["text"]).encode()
    return "bin", base64.b64decode(form["base64"])


def _digest(content: bytes) -> str:
    return f"sha256-{hashlib.sha256(content).hexdigest()}"


def dumped(value: Any) -> bytes:
    """Return a JSON text laid out for people, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"

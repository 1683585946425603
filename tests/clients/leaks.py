"""Looks for secrets in files, in every form in which they may stand there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus


def forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it may stand in a file: raw, JSON, URL-encoded, base64 at each offset, hex."""
    raw = secret.encode()
    yield raw
    yield quote(secret, safe="").encode()
    yield quote(secret).encode()
    yield quote_plus(secret).encode()
    yield raw.hex().encode()
    for offset in range(3):
        inner = base64.b64encode(b"\0" * offset + raw)[4 * bool(offset) : -4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def leaks(folder: Path, secrets: set[str]) -> list[tuple[str, str]]:
    """Return each file that holds a secret in any form, with the secret."""
    contents = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert contents
    return [
        (name, secret)
        for name, content in contents.items()
        for secret in sorted(secrets)
        if any(form in content for form in forms(secret))
    ]

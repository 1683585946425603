"""The installation's key, with which placeholders for secrets are made: 32 random bytes in the data folder.

Whoever has the key can test guesses against placeholders, so nobody else may read the file.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from gateway.errors import StoreError

KEY_FILE = "redaction.key"
KEY_BYTES = 32
_OTHERS = 0o077


def installation_key(folder: Path) -> bytes:
    """Return the key of a data folder, made on first use.

    Errors: StoreError when the folder cannot be written, or the file is not a key or may be read by others.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _create(path)
        return _checked(path)
    except OSError as error:
        raise StoreError(f"{path}: the redaction key cannot be read or made: {error.strerror}") from error


def _create(path: Path) -> None:
    """Write a whole key beside the place and link it there: of several processes one wins, none sees half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)


def _checked(path: Path) -> bytes:
    mode = path.stat().st_mode & 0o777
    if mode & _OTHERS:
        raise StoreError(f"{path}: others may use this key (mode {mode:04o}); expected 0600: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StoreError(f"{path}: holds {len(key)} bytes; expected a key of {KEY_BYTES}")
    return key

"""The installation's keys and its name, made on first use and kept in the data folder.

Whoever has the redaction key can test guesses against placeholders, and whoever has the anchor key can sign another
audit trail, so nobody else may read these files. The public half of the anchor key is for everybody.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import tempfile
from pathlib import Path

from gateway.audit.anchors import Signer
from gateway.errors import StoreError

KEY_FILE = "redaction.key"
ANCHOR_KEY_FILE = "anchor.key"
ANCHOR_PUBLIC_FILE = "anchor.pub"
NAME_FILE = "gateway.id"
KEY_BYTES = 32
_OTHERS = 0o077
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


def installation_key(folder: Path) -> bytes:
    """Return the key of a data folder that placeholders for secrets are made with.

    Errors: StoreError when the folder cannot be written, or the file is not a key or may be read by others.
    """
    return _key(folder / KEY_FILE, "the redaction key")


def anchor_signer(folder: Path) -> Signer:
    """Return who signs the anchors of a data folder; the public half lies beside the key, for readers elsewhere.

    Errors: StoreError, as for the other key.
    """
    signer = Signer(_key(folder / ANCHOR_KEY_FILE, "the anchor key"))
    _kept(folder / ANCHOR_PUBLIC_FILE, base64.b64encode(signer.public) + b"\n", "the public key")
    return signer


def gateway_name(folder: Path) -> str:
    """Return the name by which the audit trail knows this gateway. Errors: StoreError."""
    path = folder / NAME_FILE
    name = _kept(path, f"gw-{secrets.token_hex(4)}\n".encode(), "the gateway's name").strip().decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise StoreError(f"{path}: {name[:80]!r} is no name; expected up to 64 letters, digits and hyphens")
    return name


def _key(path: Path, what: str) -> bytes:
    key = _kept(path, secrets.token_bytes(KEY_BYTES), what)
    mode = path.stat().st_mode & 0o777
    if mode & _OTHERS:
        raise StoreError(f"{path}: others may use this key (mode {mode:04o}); expected 0600: chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise StoreError(f"{path}: holds {len(key)} bytes; expected a key of {KEY_BYTES}")
    return key


def _kept(path: Path, fresh: bytes, what: str) -> bytes:
    """Return what a file holds, `fresh` when there was none."""
    try:
        if not path.exists():
            _create(path, fresh)
        return path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: {what} cannot be read or made: {error.strerror}") from error


def _create(path: Path, content: bytes) -> None:
    """Write it whole beside the place and link it there: of several processes one wins, none sees half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)

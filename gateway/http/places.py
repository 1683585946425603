"""Where the links of an answer stand, told at a glance: the body is cut there, and any address joins it again.

Answers of the API are alike: all their links are members written in one way, and all lead to one host. Such a body is
cut in one pass. Whether all links of a body are such ones is proven, not assumed: whatever else could be a URL has two
slashes, so where others are left nothing is told and somebody has to look closely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.contract.fleeting import shared

# A version segment, or a project and a collection: `bookmark` links have no version.
VERSION = rb"/v\d+(?:\.\d+)?"
COLLECTION = (
    rb"/(?:volumes|snapshots|os-volume-transfer|volume-transfers|types|jobs|cloudvolumes|cloudsnapshots"
    rb"|os-vendor-volumes|os-quota-sets|os-availability-zone|extensions|backups|groups|group_snapshots"
    rb"|consistencygroups|cgsnapshots|snapshot-groups)"
)
# A path of the API in a JSON string without escapes.
PLAIN_API_PATH = rb"(?:" + VERSION + rb"|/[^/?#\"\\]++" + COLLECTION + rb")[/?#\"]"
# How members are written by those who write JSON with one hand.
SPELLINGS = (b'"href": "', b'"href":"')

_ANY_PATH = re.compile(rb"[/?#\"]")
_API_PATH = re.compile(PLAIN_API_PATH)
_NEVER = rb"(?!)"
_AFTER_AUTHORITY = b'/?#"'
# Origins that links were seen to have, and directories of each; of more, all are forgotten.
_MOST_ORIGINS = 16
_MOST_DIRECTORIES = 8


class Places:
    """Cuts bodies. `prefixes` are the paths of the known origins, by authority."""

    def __init__(self, prefixes: Mapping[bytes, list[bytes]]) -> None:
        self._whole = frozenset(authority for authority, paths in prefixes.items() if paths == [b""])
        self._spellings = [(name, plain_urls(name, prefixes)) for name in SPELLINGS]
        self._origins: list[_Origin] = []

    def cut(self, body: bytes, *bases: bytes) -> tuple[bytes, list[bytes]] | None:
        """Return how a link begins and the pieces between the origins of links, so that a beginning with one of the
        bases behind it joins them to what leads there; None where the body has to be looked at closely."""
        if b"\\" in body:
            return None
        for name, urls in self._spellings:
            at = body.find(name)
            if at >= 0:
                origin = self._known(body, at) or self._found(name, urls.match(body, at))
                return None if origin is None else _cut(body, origin, bases)
        return None

    def _known(self, body: bytes, at: int) -> _Origin | None:
        for origin in self._origins:
            mark = origin.mark
            if body.startswith(mark, at) and body[at + len(mark) : at + len(mark) + 1] in _AFTER_AUTHORITY:
                return origin
        return None

    def _found(self, name: bytes, found: re.Match[bytes] | None) -> _Origin | None:
        if found is None:
            return None
        url = found[0][len(name) :]
        path = _ANY_PATH if url.partition(b"://")[2] in self._whole else _API_PATH
        if len(self._origins) >= _MOST_ORIGINS:
            self._origins.clear()
        origin = _Origin(name, found[0], url, path, [])
        self._origins.append(origin)
        return origin


@shared
class _Origin:
    """How links to one host begin: `mark` is `name` with `url`. `path` is what they go on with when they lead back, and
    `directories` are such paths that were seen, up to their last slash."""

    name: bytes
    mark: bytes
    url: bytes
    path: re.Pattern[bytes]
    directories: list[bytes]

    def end_of_directory(self, piece: bytes) -> int:
        """Return where the directory of a link that leads back ends, -1 where the link is another one."""
        found = self.path.match(piece)
        if found is None:
            return -1
        url = piece.partition(b'"')[0]
        directory = url[: url.rfind(b"/") + 1]
        if b"//" in directory:
            return -1
        # What was matched decides, so it has to be in the directory for this to decide.
        if found.end() <= len(directory):
            self._remember(directory)
        return len(directory)

    def _remember(self, directory: bytes) -> None:
        if len(self.directories) >= _MOST_DIRECTORIES:
            self.directories.clear()
        self.directories.append(directory)


def _cut(body: bytes, origin: _Origin, bases: tuple[bytes, ...]) -> tuple[bytes, list[bytes]] | None:
    for base in bases:
        # A link may lead to a base already, and stays then.
        if base.startswith(origin.url) or b"\\" in base:
            return None
    pieces = body.split(origin.mark)
    if b"//" in pieces[0]:
        return None
    for at in range(1, len(pieces)):
        piece = pieces[at]
        for directory in origin.directories:
            if piece.startswith(directory):
                end = len(directory)
                break
        else:
            end = origin.end_of_directory(piece)
            if end < 0:
                return None
        # One slash is cheap to look for, two are not.
        if piece.find(b"/", end) >= 0 and piece.find(b"//", max(end - 1, 0)) >= 0:
            return None
    return origin.name, pieces


def plain_urls(name: bytes, prefixes: Mapping[bytes, list[bytes]]) -> re.Pattern[bytes]:
    """Return what finds a member's name and the beginning of its URL up to the path, where nothing has to be
    normalised and what follows is kept whole. For bodies without escapes."""
    whole = [re.escape(authority) for authority, paths in prefixes.items() if paths == [b""]]
    cut = [re.escape(authority) for authority, paths in prefixes.items() if paths != [b""]]
    known = rb"(?:" + rb"|".join(whole or [_NEVER]) + rb")(?=[/?#\"])"
    stranger = rb"(?!(?:" + rb"|".join(cut or [_NEVER]) + rb")(?::80|:443)?[/?#\"])[a-z0-9.-]++(?::\d++)?+"
    return re.compile(re.escape(name) + rb"https?://(?:" + known + rb"|" + stranger + rb"(?=" + PLAIN_API_PATH + rb"))")

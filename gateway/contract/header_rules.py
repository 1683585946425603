"""Rules about the headers of a request: what table 3-3 and section 3.2 say about them. See `gateway.contract.rules`.

Names are lower case, values as received. Credentials are nobody's business here, only whether a request is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.contract.model import Match, Remark, Severity
from gateway.contract.rules import said

Headers = tuple[tuple[bytes, bytes], ...]

# Source: 3.2, "a body not larger than 12 MB".
MAX_SIGNED_BYTES = 12 * 1024 * 1024
_SIGNATURE = b"sdk-hmac-sha256"


class HeaderRule(Protocol):
    """Judges the headers of an identified request. `header` is the one it speaks about."""

    @property
    def header(self) -> str: ...
    def remarks(self) -> Sequence[Remark]: ...
    def judge(self, match: Match, headers: Headers) -> Sequence[Remark]: ...


@dataclass(frozen=True, slots=True)
class ProjectHeader:
    """X-Project-Id names the project of the path. Nothing says that they must agree (reference-notes 41)."""

    header: str = "x-project-id"

    def remarks(self) -> Sequence[Remark]:
        return (Remark("project-header", Severity.WARN, "the project_id of the path"),)

    def judge(self, match: Match, headers: Headers) -> Sequence[Remark]:
        if not headers:
            return ()
        given = [value.decode("latin-1") for name, value in headers if name == b"x-project-id"]
        return [remark for each in given if match.project not in (None, each) for remark in self.remarks()]


@dataclass(frozen=True, slots=True)
class JsonContent:
    """A body is declared as JSON. Table 3-3 calls the header mandatory and JSON a default (reference-notes 39)."""

    header: str = "content-type"

    def remarks(self) -> Sequence[Remark]:
        return (
            Remark("content-type-missing", Severity.WARN, "application/json"),
            Remark("content-type-value", Severity.WARN, "application/json"),
        )

    def judge(self, match: Match, headers: Headers) -> Sequence[Remark]:
        value = value_of(headers, b"content-type")
        if value is None:
            return (said(self, "content-type-missing"),)
        return () if value == b"application/json" or _is_json(value) else (said(self, "content-type-value"),)


@dataclass(frozen=True, slots=True)
class SignedSize:
    """The body of a request signed with AK/SK has at most 12 MB. No code is documented (reference-notes 59)."""

    header: str = "content-length"

    def remarks(self) -> Sequence[Remark]:
        return (Remark("signed-body-size", Severity.WARN, f"at most {MAX_SIGNED_BYTES} bytes when signed with AK/SK"),)

    def judge(self, match: Match, headers: Headers) -> Sequence[Remark]:
        length = value_of(headers, b"content-length") or b""
        is_great = length.isdigit() and int(length[:20]) > MAX_SIGNED_BYTES
        return self.remarks() if is_great and is_signed(headers) else ()


# No rule here looks at others.
READ = frozenset({b"x-project-id", b"content-type", b"content-length", b"authorization"})

ALWAYS: tuple[HeaderRule, ...] = (ProjectHeader(),)
WITH_BODY: tuple[HeaderRule, ...] = (ProjectHeader(), JsonContent(), SignedSize())


def value_of(headers: Headers, name: bytes) -> bytes | None:
    """Return the first value under a lower-case name, or None."""
    for each, value in headers:
        if each == name:
            return value
    return None


def is_signed(headers: Headers) -> bool:
    """True when a request is signed with an access key. Source: 3.2, AK/SK-based Authentication."""
    return (value_of(headers, b"authorization") or b"").lower().startswith(_SIGNATURE)


def _is_json(value: bytes) -> bool:
    media_type = value.partition(b";")[0].strip().lower()
    return media_type == b"application/json" or media_type.endswith(b"+json")

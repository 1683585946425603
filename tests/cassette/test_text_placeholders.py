"""Aliases in edited files: a misspelt one is refused, what was recorded is not."""

from __future__ import annotations

import json

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.text import HEADER_FILE, from_files, to_files
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response

NAME = "0010-undocumented.json"


def files_of(body: bytes) -> dict[str, bytes]:
    request = Request("GET", b"/v2/<project:1>/volumes/<volume:1>")
    return to_files([Exchange("undocumented", request, Response(200, (), body), 1.0, 2.0)], "one")


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [(b"<volumme:1>", "; did you mean <volume:1>?"), (b"<Volume:12>", "; did you mean <volume:12>?"), (b"<x:1>", "")],
)
def test_a_misspelt_alias_is_refused_with_a_suggestion(word: bytes, suggestion: str) -> None:
    files = files_of(b'{"id": "<volume:1>"}')
    edited = {**files, NAME: files[NAME].replace(b'"<volume:1>"', b'"%s"' % word)}
    with pytest.raises(CassetteError) as caught:
        from_files(edited)
    assert str(caught.value) == (
        f"{NAME}: {word.decode()} is no alias{suggestion}; the kinds are project, volume, snapshot, transfer, job, "
        "server, image, attachment, domain, secret"
    )


def test_what_was_recorded_is_let_through_by_name() -> None:
    files = files_of(b'{"text": "<volumme:1> <b:2>"}')
    assert json.loads(files[HEADER_FILE])["literals"] == ["<b:2>", "<volumme:1>"]
    assert from_files(files)[0].response.body == b'{"text":"<volumme:1> <b:2>"}'


def test_aliases_are_counted_by_kind() -> None:
    files = files_of(b'{"id": "<volume:1>", "other": "<volume:2>", "job_id": "<job:1>", "s": "<secret:1>"}')
    counts = json.loads(files[HEADER_FILE])["counts"]["aliases"]
    assert counts == {"<job>": 1, "<project>": 1, "<secret>": 1, "<volume>": 2}

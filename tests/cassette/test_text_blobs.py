"""Large bodies and bytes have files of their own, named for what is in them."""

from __future__ import annotations

import hashlib
import json

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.text import from_files, to_files
from gateway.cassette.text_blobs import LARGEST_INLINE, is_blob
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response

_LARGE = json.dumps({"volumes": [{"name": "x" * 100}] * 200}).encode()
_BYTES = b"\xff" * 300


def answered(body: bytes, at: float = 1.0) -> Exchange:
    return Exchange("undocumented", Request("GET", b"/%d" % at), Response(200, (), body), at, at + 0.5)


def blobs_of(*bodies: bytes) -> dict[str, bytes]:
    files = to_files([answered(body, float(place)) for place, body in enumerate(bodies)], "one")
    return {name: content for name, content in files.items() if is_blob(name)}


def digest(content: bytes) -> str:
    return f"blobs/sha256-{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize(("body", "extension"), [(b"x" * 17_000, ".txt"), (_BYTES, ".bin")])
def test_a_body_that_is_no_json_is_kept_as_it_is(body: bytes, extension: str) -> None:
    assert blobs_of(body) == {digest(body) + extension: body}


def test_large_json_is_laid_out_for_people() -> None:
    ((name, content),) = blobs_of(_LARGE).items()
    assert name == digest(content) + ".json"
    assert content == json.dumps(json.loads(_LARGE), indent=2).encode() + b"\n"


def test_one_content_is_there_once() -> None:
    assert len(blobs_of(_LARGE, _LARGE, _LARGE.replace(b'": [', b'":  ['))) == 1


def test_small_bodies_stay_where_they_are_read() -> None:
    assert blobs_of(b"x" * LARGEST_INLINE, b"\xff" * 256, b"{}") == {}


def test_bodies_in_blobs_come_back() -> None:
    bodies = [b"x" * 17_000, _BYTES, json.dumps(json.loads(_LARGE), separators=(",", ":")).encode()]
    files = to_files([answered(body, float(place)) for place, body in enumerate(bodies)], "one")
    assert [each.response.body for each in from_files(files)] == bodies
    assert to_files(from_files(files), "one") == files


def test_a_blob_that_is_missing_or_altered_names_itself() -> None:
    files = to_files([answered(_BYTES)], "one")
    name = digest(_BYTES) + ".bin"
    with pytest.raises(CassetteError) as caught:
        from_files({other: files[other] for other in files if other != name})
    assert str(caught.value) == f"0010-undocumented.json: response.body: Value error, {name} is missing; bring it back"
    with pytest.raises(CassetteError) as caught:
        from_files({**files, name: b"other"})
    assert str(caught.value) == (
        f"0010-undocumented.json: response.body: Value error, {name} was altered: its content is "
        f"{digest(b'other')[6:]}; bring it back, or rename it and its mention"
    )


def test_a_name_that_leads_elsewhere_is_refused() -> None:
    files = to_files([answered(_BYTES)], "one")
    escaped = files["0010-undocumented.json"].replace(b"blobs/sha256-", b"../sha256-")
    with pytest.raises(CassetteError, match=r"\.\./sha256-.* is no name of a blob; expected blobs/sha256-<64 digits>"):
        from_files({**files, "0010-undocumented.json": escaped})

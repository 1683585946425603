import gzip
import zlib

import pytest

from gateway.fronts.codings import decoded
from gateway.http.messages import Response
from gateway.seams import FailureKind, UpstreamFailure

PLAIN = b'{"volumes": []}' * 10


def coded(coding: bytes, body: bytes, bound: int = 1000) -> Response | UpstreamFailure:
    headers = ((b"content-encoding", coding), (b"content-length", str(len(body)).encode()), (b"x-a", b"b"))
    return decoded(Response(200, headers, body), bound)


def raw_deflate(body: bytes) -> bytes:
    folding = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return folding.compress(body) + folding.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(PLAIN, mtime=0)),
        (b" X-GZip ", gzip.compress(PLAIN, mtime=0)),
        (b"deflate", zlib.compress(PLAIN)),
        (b"deflate", raw_deflate(PLAIN)),
    ],
)
def test_a_coding_is_undone_and_the_length_follows(coding: bytes, body: bytes) -> None:
    assert coded(coding, body) == Response(200, ((b"content-length", b"150"), (b"x-a", b"b")), PLAIN)


@pytest.mark.parametrize(("coding", "body"), [(b"identity", PLAIN), (b"gzip", b"")])
def test_nothing_to_undo_is_left_alone(coding: bytes, body: bytes) -> None:
    assert coded(coding, body) == Response(
        200,
        ((b"content-encoding", coding), (b"content-length", str(len(body)).encode()), (b"x-a", b"b")),
        body,
    )


@pytest.mark.parametrize(
    ("coding", "body", "kind"),
    [
        (b"br", PLAIN, FailureKind.MALFORMED),
        (b"gzip, gzip", PLAIN, FailureKind.MALFORMED),
        (b"gzip", PLAIN, FailureKind.MALFORMED),
        (b"deflate", b"\xff" * 9, FailureKind.MALFORMED),
        (b"gzip", gzip.compress(PLAIN, mtime=0)[:-9], FailureKind.CUT_OFF),
        (b"gzip", gzip.compress(b"x" * 1001, mtime=0), FailureKind.TOO_LARGE),
    ],
)
def test_what_cannot_be_undone_is_a_failure(coding: bytes, body: bytes, kind: FailureKind) -> None:
    outcome = coded(coding, body)
    assert isinstance(outcome, UpstreamFailure)
    assert outcome.kind is kind


def test_exactly_the_bound_passes() -> None:
    assert coded(b"gzip", gzip.compress(b"x" * 1000, mtime=0)) == Response(
        200, ((b"content-length", b"1000"), (b"x-a", b"b")), b"x" * 1000
    )

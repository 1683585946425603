import aiohttp
import pytest
from aiohttp.http import HttpProcessingError

from gateway.fronts.failures import failure_of
from gateway.seams import FailureKind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ConnectionTimeoutError("http://user:secret@proxy"), FailureKind.TIMEOUT),
        (aiohttp.SocketTimeoutError("secret"), FailureKind.LATE),
        (TimeoutError("secret"), FailureKind.LATE),
        (aiohttp.ClientPayloadError("secret"), FailureKind.CUT_OFF),
        (aiohttp.ServerDisconnectedError("secret"), FailureKind.CUT_OFF),
        (HttpProcessingError(message="secret"), FailureKind.MALFORMED),
        (aiohttp.ClientError("secret"), FailureKind.MALFORMED),
    ],
)
def test_an_exception_is_a_failure_in_our_own_words(error: Exception, kind: FailureKind) -> None:
    failure = failure_of(error)
    assert failure.kind is kind
    assert "secret" not in failure.detail

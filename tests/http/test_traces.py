import pytest

from gateway.http.messages import Request
from gateway.http.traces import trace_of

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "given", [f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00", f"cc-{TRACE}-{PARENT}-01-more"]
)
def test_a_trace_is_known_by_its_id(given: str) -> None:
    assert trace_of(Request("GET", b"/", ((b"traceparent", given.encode()),))) == TRACE


@pytest.mark.parametrize(
    "given",
    [
        "",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-01-more",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01\n",
    ],
)
def test_what_is_malformed_belongs_to_no_trace(given: str) -> None:
    assert trace_of(Request("GET", b"/", ((b"traceparent", given.encode()),))) is None


def test_what_says_nothing_belongs_to_no_trace() -> None:
    assert trace_of(Request("GET", b"/")) is None

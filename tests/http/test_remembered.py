import pytest

from gateway.http import remembered
from gateway.http.messages import Headers
from gateway.http.remembered import Remembered


class Counted:
    """Tells how often the function was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def names(self, headers: Headers) -> list[bytes]:
        self.asked += 1
        return [name for name, _ in headers]


def block(name: str, size: int = 1) -> Headers:
    return ((name.encode(), b"x" * size),)


def test_equal_fields_have_one_answer() -> None:
    counted = Counted()
    known = Remembered(counted.names)
    first = block("a")
    assert known.of(first) is known.of(first) is known.of(block("a")) == [b"a"]
    assert known.of(block("b")) == [b"b"]
    assert counted.asked == 2


def test_large_blocks_are_not_kept() -> None:
    counted = Counted()
    known = Remembered(counted.names)
    large = block("a", remembered.MOST_BYTES_OF_ONE)
    assert known.of(large) == known.of(large) == [b"a"]
    assert counted.asked == 2


@pytest.mark.parametrize(("bound", "most"), [("MOST_ENTRIES", 2), ("MOST_BYTES", 4)])
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(remembered, bound, most)
    counted = Counted()
    known = Remembered(counted.names)
    for name in ("a", "b", "c", "b"):
        known.of(block(name))
    assert counted.asked == 4
    known.of(block("c"))
    assert counted.asked == 4

"""The benchmark of the page asks for views that there are, and says how long they took."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import inspector
from benchmarks.failures import CannotMeasureError


def test_a_view_of_a_small_trail_is_measured(tmp_path: Path) -> None:
    trail = tmp_path / "trail"
    assert inspector.drawn(trail, 200).startswith("200 records drawn")
    assert inspector.drawn(trail, 200) == "the index was drawn before"
    views = {view.name: view for view in inspector.views("")}
    [looked] = inspector.measure(tmp_path, trail, 1, [views["the permission matrix"]])
    assert str(looked).startswith("| the permission matrix | ")


def test_a_list_is_followed_to_its_next_page() -> None:
    page = (
        b'<nav><a rel="prev" href="/a">Newer</a><a rel="next" href="/inspector/?before=1f&amp;principal=bob">Older</a>'
    )
    assert inspector.next_of(page) == "/inspector/?before=1f&principal=bob"
    with pytest.raises(CannotMeasureError, match="no next page"):
        inspector.next_of(b"<p>Nothing</p>")

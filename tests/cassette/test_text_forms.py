"""What a file of a text cassette may hold."""

from __future__ import annotations

import pytest

from gateway.cassette.text_forms import FormatForm, ResponseForm, parsed
from gateway.errors import CassetteError


def test_a_later_format_is_still_told_by_its_number() -> None:
    assert parsed(FormatForm, "x", b'{"kind": "evs-gateway cassette", "format": 9, "new": 1}').format == 9


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"status": 99}', "x: status: Input should be greater than or equal to 100"),
        (b"\xff", "x: the file: Invalid JSON"),
        (b'{"status": 200, "body": {"base64": "?"}}', "x: body: Value error, is no base64"),
    ],
)
def test_a_wrong_member_is_named(content: bytes, message: str) -> None:
    with pytest.raises(CassetteError) as caught:
        parsed(ResponseForm, "x", content)
    assert str(caught.value).startswith(message)

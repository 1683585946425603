"""What makes two recordings different, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from gateway.cassette.diff import ABSENT, Change, Difference, differences
from gateway.cassette.exchange import Exchange
from gateway.http.messages import Request, Response

P = "40acc331ac784f34842ba4f08ff2be48"
ID = "0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b0"


def show(number: int = 1, at: float = 1.0, **members: Any) -> Exchange:
    volume = {"id": f"{ID}{number}", "size": 1, **members}
    return Exchange(
        "cinder_show_volume",
        Request("GET", f"/v2/{P}/volumes/{ID}{number}".encode(), ((b"user-agent", str(at).encode()),)),
        Response(200, ((b"date", str(at).encode()), (b"vary", b"a")), json.dumps({"volume": volume}).encode()),
        at,
        at + 1,
    )


def lives(*shown: Exchange) -> list[Exchange]:
    """Return a recording in which the disks that are shown are created first."""
    ids = dict.fromkeys(each.request.target[-len(ID) - 1 :].decode() for each in shown)
    answers = (Response(202, (), json.dumps({"volume": {"id": each}}).encode()) for each in ids)
    create = Request("POST", f"/v2/{P}/volumes".encode())
    return [*(Exchange("cinder_create_volume", create, answer, 0.0, 0.5) for answer in answers), *shown]


TITLE = "GET /v2/<project:1>/volumes/<volume:1>"


def found(first: list[Exchange], second: list[Exchange]) -> list[Difference]:
    return list(differences(first, second))


def test_other_ids_times_dates_and_placeholders_are_no_difference() -> None:
    first = show(1, 1.0, created_at="2020-01-01T00:00:00.000000", key="redacted-auth_key-0123456789ab")
    second = show(2, 9.0, created_at="2024-06-07T08:09:10Z", key="redacted-auth_key-ba9876543210")
    assert found(lives(first), lives(second)) == []


def test_a_repeated_read_counts_once() -> None:
    assert found([show(), show(at=2.0), show(at=3.0, size=2)], [show(), show(size=2), show(size=2)]) == []


def test_a_repeated_write_counts_each_time() -> None:
    write = replace(show(), request=Request("POST", b"/v2/x/volumes"))
    assert found([write, write], [write]) == [Difference("cinder_show_volume", "POST /v2/<project:1>/volumes", 2, 0)]


def test_changes_are_told_by_place() -> None:
    second = replace(show(size=2, new=None), response=replace(show(size=2, new=None).response, status=203))
    assert found(lives(show(old="a")), lives(second)) == [
        Difference(
            "cinder_show_volume",
            TITLE,
            2,
            2,
            (
                Change("/response/body/json/volume/old", '"a"', ABSENT),
                Change("/response/body/json/volume/size", "1", "2"),
                Change("/response/status", "200", "203"),
                Change("/response/body/json/volume/new", ABSENT, "null"),
            ),
        )
    ]


def test_true_is_not_one() -> None:
    (difference,) = found([show(size=1)], [show(size=True)])
    assert difference.changes == (Change("/response/body/json/volume/size", "1", "true"),)


def test_what_one_side_lacks_is_told_with_its_number() -> None:
    other = replace(show(), request=Request("GET", b"/v2"))
    assert found([*lives(show()), other], lives(show())) == [Difference("cinder_show_volume", "GET /v2", 3, 0)]
    assert found(lives(show()), [other, *lives(show())]) == [Difference("cinder_show_volume", "GET /v2", 0, 1)]

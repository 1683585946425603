"""Times that move and keep their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.times import Since, is_dated, shifted, since

DAY = 86_400


@pytest.mark.parametrize(
    ("recorded", "later"),
    [
        ("2016-02-15T08:00:00.123Z", "2016-02-16T08:00:01.623Z"),
        ("2016-02-15T08:00:00.123456", "2016-02-16T08:00:01.623456"),
        ("2016-02-15T08:00:00", "2016-02-16T08:00:01"),
        ("2016-02-15 08:00:00.5+00:00", "2016-02-16 08:00:02.0+00:00"),
        ("2016-02-15T08:00:00.000000Z", "2016-02-16T08:00:01.500000Z"),
        ("Mon, 15 Feb 2016 08:00:00 GMT", "Tue, 16 Feb 2016 08:00:02 GMT"),
    ],
)
def test_a_time_moves_and_keeps_its_form(recorded, later):
    assert shifted(recorded, DAY + 1.5) == later


@pytest.mark.parametrize(
    "text", ["", "soon", "2016-02-30T08:00:00", "9999-12-31T23:00:00Z", "Mon, 99 Feb 2016 08:00:00 GMT"]
)
def test_what_no_calendar_has_stays(text):
    assert shifted(text, DAY) == text


@pytest.mark.parametrize(
    ("path", "text", "counted"),
    [
        (("volume", "created_at"), "2016-02-15T08:00:00.123456", Since.SCOPE),
        (("volumes", 3, "updated_at"), "2016-02-15T08:00:00", Since.SCOPE),
        (("end_time",), "2016-02-15T08:00:00.123Z", Since.SCOPE),
        (("token", "expires_at"), "2016-02-15T08:00:00.123000Z", Since.TOKEN),
        (("end_time",), "", None),
        (("volume", "metadata", "when"), "2016-02-15T08:00:00", None),
        (("version", "updated"), "2016-02-15T08:00:00Z", None),
    ],
)
def test_times_are_told_by_their_members_and_form(path, text, counted):
    assert since(path, text) is counted


def test_dates_are_told_by_their_headers_and_form():
    date = "Mon, 15 Feb 2016 08:00:00 GMT"
    assert [is_dated(b"date", date), is_dated(b"etag", date), is_dated(b"expires", "-1")] == [True, False, False]


@given(st.datetimes(), st.integers(-(10**6), 10**6), st.sampled_from(["Z", "", "+00:00"]))
def test_there_and_back_is_the_same_time(moment, by_ms, zone):
    recorded = moment.isoformat(timespec="milliseconds") + zone
    there = shifted(recorded, by_ms / 1000)
    assert len(there) == len(recorded)
    assert there == recorded or shifted(there, -by_ms / 1000) == recorded

"""Samples told by room: microseconds add up to all, threads that wait are left out."""

from benchmarks.flame import Profile, profile, room_of, table

STACKS = (
    "run (asyncio/runners.py:118);data_received (gateway/fronts/protocol.py:9);feed (gateway/http/framing.py:80) 30",
    "run (asyncio/runners.py:118) 20",
    "run (asyncio/runners.py:118);data_received (gateway/fronts/protocol.py:9) 10",
    "_bootstrap (threading.py:1);WorkerThread.run (anyio/_backends/_asyncio.py:9) 500",
)


def test_samples_are_told_by_room_and_function_in_microseconds():
    assert profile(STACKS, 60.0) == Profile(
        60.0,
        {"reading the request": 30.0, "loop and kernel": 20.0, "door and core": 10.0},
        {
            "feed (gateway/http/framing.py": 30.0,
            "run (asyncio/runners.py": 20.0,
            "data_received (gateway/fronts/protocol.py": 10.0,
        },
    )


def test_a_library_belongs_to_the_room_that_calls_it():
    assert room_of(["a (gateway/pipeline.py:1)", "b (pydantic/main.py:2)"]) == "pipeline"
    assert room_of(["b (pydantic/main.py:2)"]) == "other"


def test_the_table_begins_with_all():
    assert table(profile(STACKS, 60.0)).splitlines()[2:4] == ["| **all** | 60.0 |", "| reading the request | 30.0 |"]

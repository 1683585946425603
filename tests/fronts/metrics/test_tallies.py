import os
from collections.abc import Mapping

from gateway.fronts.metrics.tallies import NAME_BYTES, NO_ROOM, PID, SLOTS, Memory, Name, Place


def counted(numbers: Mapping[Name, int]) -> dict[Name, int]:
    return {name: number for name, number in numbers.items() if number}


def test_numbers_add_up_by_name() -> None:
    memory = Memory()
    tally = memory.tally()
    tally.add(("a", "x"))
    tally.add(("a", "x"), 2)
    tally.add(("a", ""))
    assert counted(memory.totals()) == {("a", "x"): 3, ("a", ""): 1}


def test_a_gauge_goes_up_and_down() -> None:
    tally = Memory().tally()
    tally.put(("waiting",), 3)
    tally.add(("waiting",), -1)
    assert counted(tally.as_mapping()) == {("waiting",): 2}


def test_processes_are_summed_and_told_apart() -> None:
    memory = Memory(3)
    memory.tally(0).add(("a",))
    memory.tally(2).add(("a",), 4)
    memory.tally(2).add(("b",))
    assert counted(memory.totals()) == {("a",): 5, ("b",): 1}
    assert [counted(numbers) for numbers in memory.numbers()] == [{("a",): 1}, {}, {("a",): 4, ("b",): 1}]


def test_whoever_takes_a_place_goes_on_with_its_numbers() -> None:
    memory = Memory()
    memory.tally().add(("a", "x"), 7)
    memory.tally().add(("a", "x"))
    assert counted(memory.totals()) == {("a", "x"): 8}


def test_names_without_room_are_counted_together() -> None:
    memory = Memory()
    tally = memory.tally()
    for number in range(SLOTS + 9):
        tally.add(("path", str(number)))
    totals = memory.totals()
    assert (len(totals), totals[NO_ROOM]) == (SLOTS, 10)


def test_a_long_name_is_cut() -> None:
    memory = Memory()
    memory.tally().add(("a", "é" * NAME_BYTES))
    ((name, number),) = counted(memory.totals()).items()
    assert (name[0], set(name[1]), number) == ("a", {"é"}, 1)


def test_a_place_says_which_process_takes_it() -> None:
    assert Place().tally().as_mapping()[PID] == os.getpid()

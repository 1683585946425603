"""Three verdicts on the rows of a store, each by itself and with the place of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from gateway.cassette.chain import PLAIN, ChainKey, Head
from gateway.cassette.integrity import MOST_FAULTS, Bound, Evidence, Fault, Integrity, Said, State, judge

KEY = ChainKey.of(b"k" * 32)
OTHER = ChainKey.of(b"o" * 32)
START = b"cassette"
GOOD, BAD, UNKNOWN = State.GOOD, State.BAD, State.UNKNOWN


def chain(count: int, key: ChainKey = KEY, behind: Sequence[Bound] = ()) -> list[Bound]:
    rows = list(behind)
    for number in range(len(rows) + 1, len(rows) + count + 1):
        prev, content = rows[-1].mac if rows else START, b"content %d" % number
        rows.append(Bound(number, key.name, prev, key.mac(prev, content), content))
    return rows


def verdicts(
    rows: Sequence[Bound], head: Head | None = None, said: tuple[Said, ...] = (), open_writes: int = 0
) -> Integrity:
    last = head or Head(len(rows), rows[-1].mac if rows else START)

    def owners(macs: frozenset[bytes]) -> Mapping[bytes, int]:
        return {row.mac: row.seq for row in rows if row.mac in macs}

    return judge(rows, Evidence(KEY, START, last, said, open_writes, owners))


def states(integrity: Integrity) -> tuple[State, State, State]:
    return integrity.content.state, integrity.order.state, integrity.completeness.state


def head_of(rows: Sequence[Bound]) -> Head:
    return Head(len(rows), rows[-1].mac)


def test_a_whole_chain_is_good_three_times() -> None:
    rows = chain(5)
    found = verdicts(rows, said=(Said(5, rows[4].mac, "noon"),))
    assert states(found) == (GOOD, GOOD, GOOD)
    assert [verdict.says for verdict in found.verdicts.values()] == [
        "every exchange is as it was written",
        "the exchanges stand as they were written",
        "all 5 exchanges are there",
    ]
    assert found.has(GOOD)
    assert not found.has(BAD)


def test_an_empty_one_is_good_too() -> None:
    assert states(verdicts([])) == (GOOD, GOOD, GOOD)


def test_a_changed_exchange_is_a_matter_of_content_alone() -> None:
    rows = chain(5)
    rows[2] = replace(rows[2], content=b"other")
    found = verdicts(rows)
    assert states(found) == (BAD, GOOD, GOOD)
    assert found.content.faults == (Fault("exchange 3", "is not as it was written"),)


def test_a_missing_exchange_shows_behind_its_place_and_in_the_number() -> None:
    rows = chain(5)
    found = verdicts([*rows[:2], *rows[3:]], head_of(rows))
    assert states(found) == (GOOD, BAD, BAD)
    assert found.order.faults == (Fault("exchange 4", "follows exchange 2: exchange 3 missing"),)
    assert found.completeness.faults == (Fault("the end", "4 exchanges are there; the head speaks of 5"),)


def test_several_missing_ones_are_named_together() -> None:
    rows = chain(9)
    assert verdicts([*rows[:2], *rows[6:]], head_of(rows)).order.faults == (
        Fault("exchange 7", "follows exchange 2: exchanges 3 to 6 missing"),
    )


def test_exchanged_ones_are_a_matter_of_order_alone_and_told_where_they_belong() -> None:
    rows = chain(5)
    rows[1], rows[3] = replace(rows[3], seq=2), replace(rows[1], seq=4)
    found = verdicts(rows)
    assert states(found) == (GOOD, BAD, GOOD)
    assert found.order.faults == (
        Fault("exchange 2", "was not written behind exchange 1; it was written behind exchange 3"),
        Fault("exchange 3", "was not written behind exchange 2; it was written behind exchange 4"),
        Fault("exchange 4", "was not written behind exchange 3; it was written behind exchange 1"),
        Fault("exchange 5", "was not written behind exchange 4; it was written behind exchange 2"),
    )


def test_a_cut_end_is_a_matter_of_completeness_alone() -> None:
    rows = chain(9)
    found = verdicts(rows[:4], head_of(rows))
    assert states(found) == (GOOD, GOOD, BAD)


def test_a_cut_end_with_its_head_shows_by_what_was_told_outside() -> None:
    rows = chain(9)
    found = verdicts(rows[:4], said=(Said(3, rows[2].mac, "ten"), Said(9, rows[8].mac, "noon")))
    assert states(found) == (GOOD, GOOD, BAD)
    assert found.completeness.faults == (Fault("the end", "exchange 9 is missing, which was told outside on noon"),)
    alone = verdicts(rows[:4])
    assert states(alone) == (GOOD, GOOD, GOOD)
    assert alone.completeness.says.endswith("nothing was told about it outside")


def test_another_end_than_the_one_told_outside_shows() -> None:
    found = verdicts(chain(3), said=(Said(3, b"other", "noon"),))
    assert found.completeness.faults == (
        Fault("exchange 3", "is another one than what was told outside on noon speaks of"),
    )


def test_another_last_one_than_the_head_speaks_of_shows() -> None:
    found = verdicts(chain(3), Head(3, b"other"))
    assert found.completeness.faults == (Fault("exchange 3", "is not the one that the head speaks of"),)


def test_a_row_of_another_cassette_does_not_fit() -> None:
    rows = [Bound(1, KEY.name, b"other start", KEY.mac(b"other start", b"c"), b"c")]
    assert states(verdicts(rows)) == (GOOD, BAD, GOOD)


def test_what_another_installation_wrote_cannot_be_told() -> None:
    rows = chain(2, behind=chain(3, OTHER))
    found = verdicts(rows)
    assert states(found) == (UNKNOWN, GOOD, GOOD)
    assert found.content.says == "cannot be told: 3 hashed with the key of another installation"
    rows[4] = replace(rows[4], content=b"other")
    assert states(verdicts(rows)) == (BAD, GOOD, GOOD)


def test_plain_hashes_show_accidents_only() -> None:
    rows = chain(3, PLAIN)
    found = verdicts(rows)
    assert states(found) == (GOOD, GOOD, GOOD)
    assert found.content.says.endswith("by hashes without a key, which show accidents only")
    rows[1] = replace(rows[1], content=b"other")
    assert states(verdicts(rows)) == (BAD, GOOD, GOOD)


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_a_plain_hash_behind_keyed_ones_is_a_forgery(key: ChainKey) -> None:
    found = verdicts(chain(1, PLAIN, behind=chain(2, key)))
    assert found.content.faults == (Fault("exchange 3", "was written without the key, behind exchanges that were not"),)


def _unhashed(count: int) -> list[Bound]:
    return [Bound(number, "", b"", b"", b"c") for number in range(1, count + 1)]


def test_rows_of_the_first_format_cannot_be_told() -> None:
    found = verdicts(_unhashed(2), Head(2, START))
    assert states(found) == (UNKNOWN, UNKNOWN, GOOD)
    assert found.content.says == "cannot be told: 2 recorded by a version without hashes"
    prev = START
    later = Bound(3, KEY.name, prev, KEY.mac(prev, b"c"), b"c")
    assert states(verdicts([*_unhashed(2), later])) == (UNKNOWN, GOOD, GOOD)


def test_a_hash_that_was_taken_away_is_missed() -> None:
    rows = chain(3)
    rows[1] = replace(rows[1], mac=b"")
    assert verdicts(rows).content.faults == (Fault("exchange 2", "has no hash"),)


def test_writes_with_unknown_outcome_are_told() -> None:
    found = verdicts(chain(1), open_writes=2)
    assert found.completeness.state is GOOD
    assert found.completeness.says.endswith("; writes with unknown outcome: 2")


def test_many_faults_are_counted_and_the_first_named() -> None:
    rows = [replace(row, content=b"other") for row in chain(MOST_FAULTS + 5)]
    content = verdicts(rows).content
    assert (len(content.faults), content.count) == (MOST_FAULTS, MOST_FAULTS + 5)

from gateway.http.memo import Memo


def test_what_was_kept_is_known() -> None:
    memo: Memo[bytes, int] = Memo()
    assert memo.keep(b"a", 1, 10) == 1
    assert memo.known == {b"a": 1}


def test_it_is_emptied_when_it_has_too_many_entries() -> None:
    memo: Memo[int, int] = Memo(entries=2)
    for number in range(3):
        memo.keep(number, number, 1)
    assert memo.known == {2: 2}


def test_it_is_emptied_when_it_weighs_too_much() -> None:
    memo: Memo[int, int] = Memo(bound=10)
    memo.keep(1, 1, 6)
    memo.keep(2, 2, 4)
    assert memo.known == {1: 1, 2: 2}
    memo.keep(3, 3, 1)
    assert memo.known == {3: 3}
    memo.keep(4, 4, 9)
    assert memo.known == {3: 3, 4: 4}


def test_what_is_too_heavy_is_not_kept() -> None:
    memo: Memo[int, int] = Memo(bound=10)
    assert memo.keep(1, 1, 11) == 1
    assert memo.known == {}
    memo.keep(2, 2, 10)
    assert memo.known == {2: 2}

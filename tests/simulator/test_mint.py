import re
import uuid

from gateway.simulator.mint import Mint


def test_two_mints_of_one_seed_make_the_same_in_the_same_order() -> None:
    first, second = Mint("s"), Mint("s")
    assert [first.uuid("volume") for _ in range(3)] == [second.uuid("volume") for _ in range(3)]
    assert first.token() == second.token()
    assert first.hexadecimal("job", 32) == second.hexadecimal("job", 32)


def test_nothing_is_made_twice() -> None:
    mint = Mint("s")
    assert len({mint.uuid("volume") for _ in range(100)} | {mint.uuid("snapshot") for _ in range(100)}) == 200


def test_one_kind_does_not_move_another() -> None:
    first, second = Mint("s"), Mint("s")
    first.uuid("request")
    assert first.uuid("volume") == second.uuid("volume")


def test_other_seeds_make_other_things() -> None:
    assert Mint("s").uuid("volume") != Mint("t").uuid("volume")


def test_made_things_look_like_the_clouds() -> None:
    mint = Mint("s")
    assert uuid.UUID(mint.uuid("volume")).version == 4
    assert re.fullmatch(r"[0-9a-f]{16}", mint.hexadecimal("auth_key", 16))
    assert re.fullmatch(r"MIIF[A-Za-z0-9+-]{512}", mint.token())


def test_a_name_has_one_id_for_ever() -> None:
    mint = Mint("s")
    assert mint.named("project", "x") == mint.named("project", "x") == Mint("s").named("project", "x")
    assert re.fullmatch(r"[0-9a-f]{32}", mint.named("project", "x"))
